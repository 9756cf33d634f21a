"""`python -m telemetry.messages`: what those who write code and translations need.

add [--replace] < FILE     add messages, all languages at once (format: `adding.py`)
remove CODE ...            take messages out
show WORDS                 messages whose code or text has the words
tidy                       sort the catalogues as they are written
check                      compare catalogues and code; exit status 1 when something is amiss
literals [PATH ...]        sentences outside the catalogues, by file and line
script LANGUAGE            the catalogue as a JavaScript module, with every text
"""

import sys
from pathlib import Path

from telemetry.messages.adding import BadMessages, add, remove, tidy
from telemetry.messages.catalogue import texts_of
from telemetry.messages.checking import PACKAGES, check_catalogues, check_usage
from telemetry.messages.languages import LANGUAGES
from telemetry.messages.literals import literals_of
from telemetry.messages.scripts import catalogue_module
from telemetry.messages.usage import source_files

ROOT = Path(__file__).parent.parent.parent


def main(arguments: list[str]) -> int:
    """Run one of the commands. Returns the exit status."""
    match arguments:
        case ["add", *options] if not set(options) - {"--replace"}:
            changed = add(sys.stdin.read(), replace="--replace" in options)
            print(f"{len(changed)} added or changed")
        case ["remove", *codes] if codes:
            remove(codes)
        case ["show", words]:
            _show(words)
        case ["tidy"]:
            print(*tidy(), sep="\n")
        case ["check"]:
            faults = check_catalogues() + check_usage(ROOT)
            print(*faults, sep="\n")
            return int(bool(faults))
        case ["literals", *paths]:
            _list_literals([Path(path).resolve() for path in paths])
        case ["script", language] if language in LANGUAGES:
            scripts = source_files(ROOT, PACKAGES)
            sys.stdout.buffer.write(catalogue_module(language, scripts, ROOT))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def _show(words: str) -> None:
    texts = {language: texts_of(language) for language in LANGUAGES}
    for code, english in sorted(texts["en"].items()):
        if words.lower() in code or any(words.lower() in form.lower() for form in english):
            print(code)
            for language, said in texts.items():
                print(f"{language}: {' | '.join(said.get(code, ('(missing)',)))}")
            print()


def _list_literals(paths: list[Path]) -> None:
    total = 0
    for path in source_files(ROOT, PACKAGES):
        if paths and not any(path == wanted or wanted in path.parents for wanted in paths):
            continue
        for line, said in literals_of(path):
            total += 1
            print(f"{path.relative_to(ROOT)}:{line}: {said[:140]!r}")
    print(f"{total} sentences outside the catalogues", file=sys.stderr)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BadMessages as problem:
        print(*problem.faults, "nothing was written", sep="\n", file=sys.stderr)
        sys.exit(1)
