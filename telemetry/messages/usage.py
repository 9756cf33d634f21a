"""Where messages are used, in Python, templates and JavaScript: read from the files, nothing is run.

A code counts as used where it stands as a text of its own; the head of an f-string or template literal that ends with
a dot, the `@prefix` of a placeholder and a `named(VALUE, PREFIX)` use all codes below it.
Sees no code that is put together otherwise.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from telemetry.messages.adding import CODE

PREFIX = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.")
_QUOTED = re.compile(r"""(["'`])((?:[a-z][a-z0-9_]*\.)+[a-z0-9_]*)(\1|\$\{|["']\s*[~+])""")
_CALLED = re.compile(r"""\bt\(\s*["']([^"']+)["']\s*([,)~+])""")
_NAMED = re.compile(r"""\bnamed\(([^)]*)\)""")
_COMMENT = re.compile(r"^[ \t]*(//|/?\*).*$", re.MULTILINE)
CALLS = frozenset({"Message", "t"})
"""What makes words of a code."""


@dataclass
class Usage:
    """What some files use."""

    codes: set[str] = field(default_factory=set)
    """Texts that look like a code, wherever they stand."""
    prefixes: set[str] = field(default_factory=set)
    """With the dot at their end."""
    called: dict[str, list[str]] = field(default_factory=dict)
    """Codes that are certainly meant as one, and where: `file:line`."""
    params: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """Of calls in Python that name all their parameters: where, code, names."""

    def uses(self, code: str) -> bool:
        """Whether some file uses the code."""
        return code in self.codes or any(code.startswith(prefix) for prefix in self.prefixes)


def usage_of(files: Iterable[Path], root: Path) -> Usage:
    """What the files below `root` use: `.py` by syntax, all others by what stands in quotes."""
    usage = Usage()
    for path in files:
        name = path.relative_to(root).as_posix()
        content = path.read_text("utf-8")
        if path.suffix == ".py":
            _look_at_python(ast.parse(content), name, usage)
        else:
            _look_at_text(content, name, usage)
    return usage


def source_files(root: Path, packages: Iterable[str]) -> Iterator[Path]:
    """The files of the packages that may use messages, without what the build fetches."""
    for package in packages:
        for path in sorted((root / package).rglob("*")):
            parts = path.relative_to(root).parts
            if path.suffix in (".py", ".html", ".js") and "vendor" not in parts and "migrations" not in parts:
                yield path


def _look_at_python(tree: ast.AST, name: str, usage: Usage) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if CODE.fullmatch(node.value):
                usage.codes.add(node.value)
            elif PREFIX.fullmatch(node.value):
                usage.prefixes.add(node.value)
        elif isinstance(node, ast.JoinedStr) and node.values and isinstance(head := node.values[0], ast.Constant):
            found = PREFIX.match(str(head.value))
            if found:
                usage.prefixes.add(found[0])
        elif isinstance(node, ast.Call) and _called(node) == "named":
            usage.prefixes |= {f"{prefix.value!s}." for prefix in node.args[1:] if isinstance(prefix, ast.Constant)}
        elif isinstance(node, ast.Call) and node.args and _called(node) in CALLS:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                where = f"{name}:{node.lineno}"
                usage.called.setdefault(first.value, []).append(where)
                if all(keyword.arg for keyword in node.keywords):
                    names = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                    usage.params.append((where, first.value, names))


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _look_at_text(content: str, name: str, usage: Usage) -> None:
    content = _COMMENT.sub("", content)
    for found in _QUOTED.finditer(content):
        if CODE.fullmatch(found[2]):
            usage.codes.add(found[2])
        else:
            usage.prefixes.add(f"{found[2].removesuffix('.')}.")
    for found in _NAMED.finditer(content):
        usage.prefixes |= {f"{prefix}." for prefix in re.findall(r"""["']([a-z0-9_.]+)["']""", found[1])}
    for number, line in enumerate(content.splitlines(), 1):
        for found in _CALLED.finditer(line):
            if found[2] in ",)":
                usage.called.setdefault(found[1], []).append(f"{name}:{number}")
