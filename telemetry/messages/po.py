"""Reading and writing gettext's .po files, as far as the catalogues use them: codes as msgid, plural forms, no context.

Reads a file of a thousand messages in some milliseconds, so that none has to be compiled. Format: GNU gettext manual,
section "The Format of PO Files".
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from telemetry.messages.languages import LANGUAGES

Texts = tuple[str, ...]
"""One text, or one for each plural form of the language."""

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


class BadCatalogue(ValueError):
    """A .po file cannot be read; the message names file and line."""


def read_po(path: Path) -> dict[str, Texts]:
    """The texts of a catalogue by their code; {} where there is no file. Raises BadCatalogue."""
    try:
        content = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    found: dict[str, Texts] = {}
    code = ""
    texts: list[str] = []
    for number, field, said, begins in _fields(content, path):
        where = f"{path}, line {number}"
        if field == "msgid":
            if begins:
                _keep(found, code, texts, where)
                code = ""
                texts = []
            code += said
        elif field.startswith("msgstr"):
            if begins:
                _begin_text(texts, field, f"{where}: {code}")
            texts[-1] += said
        elif field != "msgid_plural":
            raise BadCatalogue(f"{where}: {field} is not used in these catalogues")
    _keep(found, code, texts, f"{path}, its end")
    return found


def _fields(content: str, path: Path) -> Iterator[tuple[int, str, str, bool]]:
    """Line number, field, text of the line, and whether the field begins with it."""
    field = ""
    for number, line in enumerate(content.splitlines(), 1):
        if not line or line[0] == "#":
            continue
        begins = line[0] != '"'
        quoted = line
        if begins:
            field, _, quoted = line.partition(" ")
        if not field or len(quoted) < 2 or quoted[0] != '"' or quoted[-1] != '"':
            raise BadCatalogue(f"{path}, line {number}: this is not a line of a .po file")
        said = quoted[1:-1]
        yield number, field, _unescaped(said) if "\\" in said else said, begins


def _begin_text(texts: list[str], field: str, where: str) -> None:
    expected = (f"msgstr[{len(texts)}]",) if texts else ("msgstr", "msgstr[0]")
    if field not in expected:
        raise BadCatalogue(f"{where} has two texts; was the file merged line by line?")
    texts.append("")


def _keep(found: dict[str, Texts], code: str, texts: list[str], where: str) -> None:
    if not code:
        return
    if code in found:
        raise BadCatalogue(f"{where}: {code} stands in it twice")
    found[code] = tuple(texts)


def _unescaped(said: str) -> str:
    letters: list[str] = []
    rest = iter(said)
    for letter in rest:
        if letter != "\\":
            letters.append(letter)
            continue
        escaped = next(rest, "")
        letters.append(_ESCAPES.get(escaped, escaped))
    return "".join(letters)


def written_po(language: str, texts: Mapping[str, Texts], english: Mapping[str, Texts]) -> str:
    """The content of a catalogue, sorted by code; the English text stands above each entry of another language."""
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {LANGUAGES[language].plural_forms}\\n"\n'
    )
    entries = [_entry(code, texts[code], () if language == "en" else english.get(code, ())) for code in sorted(texts)]
    return "\n".join([header, *entries])


def _entry(code: str, texts: Texts, english: Texts) -> str:
    lines = [f"#. {line}" for text in english[-1:] for line in text.splitlines()]
    lines.append(f"msgid {_quoted(code)}")
    if len(texts) == 1:
        lines.append(f"msgstr {_quoted(texts[0])}")
    else:
        lines.append(f"msgid_plural {_quoted(code)}")
        lines += [f"msgstr[{index}] {_quoted(text)}" for index, text in enumerate(texts)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
