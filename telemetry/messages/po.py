"""Reading and writing gettext's .po files, as far as the catalogues use them: codes as msgid, plural forms, no context.

Reads a file of a thousand messages in some milliseconds, so that none has to be compiled. Format: GNU gettext manual,
section "The Format of PO Files".
"""

from collections.abc import Mapping
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
    code: str | None = None
    texts: list[str] = []
    field = ""
    for number, line in enumerate(content.splitlines(), 1):
        if not line or line[0] == "#":
            continue
        if line[0] != '"':
            field, _, quoted = line.partition(" ")
            if field == "msgid":
                _keep(found, code, texts, path, number)
                code = ""
                texts = []
            elif field.startswith("msgstr"):
                if field == "msgstr" and texts:
                    raise BadCatalogue(
                        f"{path}, line {number}: {code} has two texts; was the file merged line by line?"
                    )
                texts.append("")
        else:
            quoted = line
        if len(quoted) < 2 or quoted[0] != '"' or quoted[-1] != '"' or code is None:
            raise BadCatalogue(f"{path}, line {number}: this is not a line of a .po file")
        said = quoted[1:-1]
        if "\\" in said:
            said = _unescaped(said)
        if field == "msgid":
            code += said
        elif field.startswith("msgstr"):
            texts[-1] += said
        elif field != "msgid_plural":
            raise BadCatalogue(f"{path}, line {number}: {field} is not used in these catalogues")
    _keep(found, code, texts, path, len(content))
    return found


def _begin_text(texts: list[str], field: str, where: str) -> None:
    if field != ("msgstr" if not texts else f"msgstr[{len(texts)}]") and field != "msgstr[0]":
        raise BadCatalogue(f"{where} has two texts; was the file merged line by line?")
    texts.append("")


def _keep(found: dict[str, Texts], code: str | None, texts: list[str], path: Path, number: int) -> None:
    if not code:
        return
    if code in found:
        raise BadCatalogue(f"{path}, before line {number}: {code} stands in it twice")
    found[code] = tuple(texts)


def _unescaped(said: str) -> str:
    letters: list[str] = []
    rest = iter(said)
    for letter in rest:
        letters.append(_ESCAPES.get(following := next(rest, ""), following) if letter == "\\" else letter)
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
