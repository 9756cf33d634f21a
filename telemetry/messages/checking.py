"""Whether catalogues and tree agree: every code used is there, every message there is used, in all languages."""

from pathlib import Path

from telemetry.messages.adding import faults_of
from telemetry.messages.catalogue import LOCALE, domains, path_of
from telemetry.messages.formatting import Placeholder, parts_of
from telemetry.messages.languages import ENGLISH, LANGUAGES
from telemetry.messages.po import Texts, read_po, written_po
from telemetry.messages.usage import Usage, source_files, usage_of

PACKAGES = ("telemetry", "mission", "mobile_units", "vision", "incidents", "mapserver")


def check_catalogues(locale: Path = LOCALE) -> list[str]:
    """What is wrong with the catalogues alone: languages, placeholders, plural forms, order, a code in two places."""
    faults: list[str] = []
    english: dict[str, Texts] = {}
    for domain in domains(locale):
        texts = {language: read_po(path_of(language, domain, locale)) for language in LANGUAGES}
        english |= texts[ENGLISH.code]
        for code in sorted(set().union(*texts.values())):
            if code.partition(".")[0] != domain:
                faults.append(f"{code}: stands in {domain}.po")
            faults += faults_of(code, {language: said[code] for language, said in texts.items() if code in said})
        for language, said in texts.items():
            path = path_of(language, domain, locale)
            if path.is_file() and path.read_text("utf-8") != written_po(language, said, texts[ENGLISH.code]):
                faults.append(f"{path.name} in {language}: is not as it is written; python -m telemetry.messages tidy")
    return faults + _faults_of_prefixes(english)


def check_usage(root: Path, locale: Path = LOCALE) -> list[str]:
    """What the files below `root` use and the catalogues have not, the other way round, and parameters not given."""
    english = {code: texts for name in domains(locale) for code, texts in read_po(path_of("en", name, locale)).items()}
    usage = usage_of(source_files(root, PACKAGES), root)
    usage.prefixes |= {f"{prefix}." for prefix in prefixes_of(english)}
    faults = [
        f"{code}: is used in {where[0]} and in no catalogue"
        for code, where in sorted(usage.called.items())
        if code not in english
    ]
    faults += [f"{code}: is used nowhere" for code in sorted(english) if not usage.uses(code)]
    return faults + _faults_of_params(usage, english)


def prefixes_of(texts: dict[str, Texts]) -> set[str]:
    """What the placeholders `{name:@prefix}` of the texts name."""
    return {
        form[1:]
        for forms in texts.values()
        for text in forms
        for part in parts_of(text)
        if isinstance(part, Placeholder)
        for form in part.formats
        if form.startswith("@")
    }


def _faults_of_prefixes(english: dict[str, Texts]) -> list[str]:
    return [
        f"@{prefix}: no message is below it"
        for prefix in sorted(prefixes_of(english))
        if not any(code.startswith(f"{prefix}.") for code in english)
    ]


def _faults_of_params(usage: Usage, english: dict[str, Texts]) -> list[str]:
    faults = []
    for where, code, given in usage.params:
        wanted = {
            part.name for text in english.get(code, ()) for part in parts_of(text) if isinstance(part, Placeholder)
        }
        if missing := sorted(wanted - given):
            faults.append(f"{code}: {where} does not give {', '.join(missing)}")
    return faults
