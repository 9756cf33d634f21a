"""Adding, changing and removing messages: all languages at once, so that none is ever missing.

The input is blocks between empty lines: the code, then a line for each language; plural forms are parted by ` | `.
A `#` begins a comment line, a line that begins with blanks goes on with the text above it.

    incidents.count
    en: {count} incident | {count} incidents
    lt: {count} incidentas | {count} incidentai | {count} incidentų
    lv: {count} incidents | {count} incidenti | {count} incidentu
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from telemetry.messages.catalogue import COUNT, LOCALE, domains, path_of
from telemetry.messages.formatting import FORMATS, Placeholder, parts_of
from telemetry.messages.languages import ENGLISH, LANGUAGES
from telemetry.messages.po import Texts, read_po, written_po

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_LINE = re.compile(r"(\w\w):(?: (.*))?")
Translated = Mapping[str, Texts]
"""The texts of one message by language."""


class BadMessages(ValueError):
    """The input cannot be added; `faults` says what is wrong, line by line. Nothing was written."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(self.faults))


def read_blocks(content: str) -> dict[str, dict[str, Texts]]:
    """The messages of the input, by code. Raises BadMessages for lines that cannot be read; judges nothing else."""
    found: dict[str, dict[str, Texts]] = {}
    faults: list[str] = []
    code = ""
    language = ""
    lines: dict[tuple[str, str], str] = {}
    for number, line in enumerate(content.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("#"):
            continue
        spoken = _LINE.fullmatch(stripped)
        if not stripped:
            code = ""
            language = ""
        elif not code:
            if CODE.fullmatch(stripped) and stripped not in found:
                code = stripped
                found[code] = {}
            else:
                faults.append(f"line {number}: {stripped!r} is not a code such as checks.height.above_limit, or twice")
        elif spoken and spoken[1] in LANGUAGES and line[:1] != " ":
            language = spoken[1]
            lines[code, language] = spoken[2] or ""
        elif line[:1] in " \t" and language:
            lines[code, language] = f"{lines[code, language]} {stripped}"
        else:
            faults.append(f"line {number}: {stripped!r} does not begin with a language, such as `lt: `")
    for (of, tongue), text in lines.items():
        found[of][tongue] = tuple(form.strip() for form in text.replace("\\n", "\n").split(" | "))
    if faults:
        raise BadMessages(faults)
    return found


def add(content: str, *, replace: bool = False, locale: Path = LOCALE) -> list[str]:
    """Write the messages of `content` into the catalogues of all languages. Returns the codes that are new or changed.

    Raises BadMessages, with every fault at once: unreadable, a language or a placeholder missing, a wrong number of
    plural forms, or another text for a code that is there already and `replace` is not set.
    """
    wanted = read_blocks(content)
    faults = [fault for code, texts in wanted.items() for fault in faults_of(code, texts)]
    kept = _read_all({code.partition(".")[0] for code in wanted}, locale)
    changed: list[str] = []
    for code, texts in wanted.items():
        before = {language: kept[language].get(code) for language in LANGUAGES}
        if before == {language: texts.get(language) for language in LANGUAGES}:
            continue
        if before[ENGLISH.code] is not None and not replace:
            faults.append(f"{code}: is there already with another text, {before[ENGLISH.code]}; --replace to change it")
        changed.append(code)
    if faults:
        raise BadMessages(faults)
    for code in changed:
        for language in LANGUAGES:
            kept[language][code] = wanted[code][language]
    _write_all({code.partition(".")[0] for code in changed}, kept, locale)
    return changed


def remove(codes: Iterable[str], *, locale: Path = LOCALE) -> None:
    """Take messages out of the catalogues of all languages. Raises BadMessages for one that is not there."""
    gone = list(codes)
    touched = {code.partition(".")[0] for code in gone}
    kept = _read_all(touched, locale)
    missing = [f"{code}: is in no catalogue" for code in gone if code not in kept[ENGLISH.code]]
    if missing:
        raise BadMessages(missing)
    for texts in kept.values():
        for code in gone:
            texts.pop(code, None)
    _write_all(touched, kept, locale)


def tidy(locale: Path = LOCALE) -> list[Path]:
    """Write every catalogue as `add` would: sorted, with the English text above. Returns the files that changed."""
    touched = domains(locale)
    return _write_all(touched, _read_all(touched, locale), locale)


def faults_of(code: str, texts: Translated) -> list[str]:
    """What is wrong with one message: its code, its languages, its placeholders, its plural forms."""
    faults = [f"{code}: has no {language} text" for language in LANGUAGES if not any(texts.get(language, ()))]
    if not CODE.fullmatch(code):
        faults.append(f"{code}: is not a code such as checks.height.above_limit")
    if faults:
        return faults
    english = _placeholders(texts[ENGLISH.code])
    for language, forms in texts.items():
        expected = 1
        if len(texts[ENGLISH.code]) > 1:
            expected = len(LANGUAGES[language].plural_categories)
        if len(forms) != expected:
            faults.append(f"{code}: has {len(forms)} forms in {language}, not {expected}")
        if _placeholders(forms) != english:
            faults.append(f"{code}: has {_placeholders(forms)} in {language}, {english} in English")
        faults += [f"{code}: the {language} text {fault}" for form in forms for fault in _faults_of_text(form)]
    if len(texts[ENGLISH.code]) > 1 and COUNT not in english:
        faults.append(f"{code}: has plural forms, but no {{{COUNT}}} that decides between them")
    return faults


def _placeholders(forms: Texts) -> list[str]:
    """Names in all forms together: one form may say the count in a word."""
    return sorted({part.name for form in forms for part in parts_of(form) if isinstance(part, Placeholder)})


def _faults_of_text(text: str) -> list[str]:
    faults = []
    if not text.strip():
        faults.append("has an empty form")
    for part in parts_of(text):
        if isinstance(part, str):
            if re.search(r"\{[^{}]*\}", part):
                faults.append(f"has something in braces that is no placeholder: {part!r}")
            continue
        unknown = [form for form in part.formats if form not in FORMATS and not form.startswith("@")]
        if unknown:
            faults.append(f"wants a format that is not known: {', '.join(unknown)}")
    return faults


def _read_all(of: Iterable[str], locale: Path) -> dict[str, dict[str, Texts]]:
    names = list(of)
    return {
        language: {
            code: texts for domain in names for code, texts in read_po(path_of(language, domain, locale)).items()
        }
        for language in LANGUAGES
    }


def _write_all(of: Iterable[str], kept: Mapping[str, Mapping[str, Texts]], locale: Path) -> list[Path]:
    changed = []
    for domain in of:
        for language in LANGUAGES:
            texts = {code: said for code, said in kept[language].items() if code.partition(".")[0] == domain}
            path = path_of(language, domain, locale)
            content = written_po(language, texts, kept[ENGLISH.code])
            if not texts:
                path.unlink(missing_ok=True)
            elif not path.is_file() or path.read_text("utf-8") != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, "utf-8")
                changed.append(path)
    return changed
