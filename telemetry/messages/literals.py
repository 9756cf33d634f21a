"""Sentences that stand outside the catalogues: what is for people must be a message.

Not counted: docstrings, log lines, help texts of commands and settings, SQL, errors that only a programmer meets.
"""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

SENTENCE = re.compile(r"[A-Za-z]{2,}(?:[,:;]? |-)[a-z]{2,}[,:;]? (?:[a-z]+\b|§)")
"""Three words; `§` stands for what an f-string fills in."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_SQL = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|WITH|BEGIN|COMMIT|IF|NEW|OLD|FROM|WHERE|AND|OR)\b"
)
_LOGS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "warn"})
_PROGRAMMERS = frozenset(
    {"AssertionError", "TypeError", "NotImplementedError", "RuntimeError", "KeyError", "AttributeError", "LookupError"}
)
_DESCRIBED = frozenset({"help", "description", "summary", "response_description", "epilog", "deprecated", "title_text"})
"""Keyword arguments that describe a program to engineers: options, settings, the API."""
_SHOWN_ATTRIBUTES = frozenset({"title", "aria-label", "placeholder", "alt", "data-empty", "content"})
_JS_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`')
_JS_COMMENT = re.compile(r"^\s*(//|/?\*).*$", re.MULTILINE)
_ATTRIBUTE_BLOCK = re.compile(r"\{% block body_(?:class|data) %\}.*?\{% endblock %\}", re.DOTALL)
"""Blocks of templates that stand within a tag."""
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def literals_of(path: Path) -> list[tuple[int, str]]:
    """The sentences of a file, by line; of a template every word that is shown."""
    content = path.read_text("utf-8")
    match path.suffix:
        case ".py":
            return _of_python(ast.parse(content))
        case ".html":
            return _of_template(content)
        case _:
            return _of_script(content)


def _of_python(tree: ast.Module) -> list[tuple[int, str]]:
    skipped = _skipped(tree)
    found: list[tuple[int, str]] = []
    parts = {id(value) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        said = None
        if isinstance(node, ast.JoinedStr):
            said = "".join(str(value.value) if isinstance(value, ast.Constant) else "§" for value in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            said = node.value
        if isinstance(node, ast.expr) and said is not None and SENTENCE.search(said) and not _SQL.match(said):
            found.append((node.lineno, said))
    return sorted(found)


def _skipped(tree: ast.Module) -> set[int]:
    skipped: set[int] = set()

    def skip(node: ast.AST) -> None:
        skipped.update(id(inner) for inner in ast.walk(node))

    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skip(node.value)
        elif isinstance(node, ast.Assert) and node.msg is not None:
            skip(node.msg)
        elif isinstance(node, ast.keyword) and node.arg in _DESCRIBED:
            skip(node.value)
        elif isinstance(node, ast.Call) and _is_for_engineers(node):
            for argument in node.args:
                skip(argument)
    return skipped


def _is_for_engineers(node: ast.Call) -> bool:
    match node.func:
        case ast.Attribute(value=ast.Name(id=of), attr=name):
            return of in ("re", "warnings") or (name in _LOGS and "log" in of.lower())
        case ast.Attribute(value=ast.Attribute(attr=of), attr=name):
            return name in _LOGS and "log" in of.lower()
        case ast.Name(id=name):
            return name in _PROGRAMMERS or name in ("text_sql", "Listed")
        case _:
            return False


class _Shown(HTMLParser):
    """Collects the words that a template shows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_READ:
            self._within.append(tag)
        for name, value in attrs:
            if name in _SHOWN_ATTRIBUTES and tag != "meta" and value and _WORD.search(value):
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within and _WORD.search(data):
            self.found.append((self.getpos()[0], " ".join(data.split())))


def _of_template(content: str) -> list[tuple[int, str]]:
    shown = _Shown()
    for pattern in (_ATTRIBUTE_BLOCK, _JINJA):
        content = pattern.sub(lambda found: "\n" * found[0].count("\n"), content)
    shown.feed(content)
    shown.close()
    return [(line, said) for line, said in shown.found if not set(_WORD.findall(said)) <= NAMES]


_NOT_READ = ("script", "style", "code")
NAMES = frozenset({"Vanagas", "UTC", "SHA", "Wh", "WGS"})
"""Words of templates that are the same in every language."""


def _of_script(content: str) -> list[tuple[int, str]]:
    plain = _JS_COMMENT.sub("", content)
    found = []
    for string in _JS_STRING.finditer(plain):
        said = re.sub(r"\$\{[^}]*\}", "§", next(group for group in string.groups() if group is not None))
        if SENTENCE.search(said):
            found.append((plain.count("\n", 0, string.start()) + 1, said))
    return found
