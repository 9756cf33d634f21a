"""`vanagas settings`: every setting with its default, as a TOML file in which all of it is commented out."""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from mapserver.core.settings import CONFIG_FILE, Settings

WIDTH = 110
PLACEHOLDERS = {Path: "PATH", str: "TEXT", SecretStr: "TEXT", bool: "true|false", int: "NUMBER", float: "NUMBER"}
"""What stands for the value of a setting that has no default; the lines of such are no TOML until it is written."""
HEAD = f"""\
Settings of Vanagas. The file is DATA/{CONFIG_FILE}; a setting counts when the # before it is taken away. Stronger
than this file is the environment (VANAGAS_ and the name in capitals, parts joined by two underscores, such as
VANAGAS_MQTT__HOST), and stronger still is the command line. `vanagas settings` prints this file anew.
"""


def settings() -> None:
    """Print every setting with its default and meaning, commented out: what `DATA/vanagas.toml` may hold."""
    typer.echo("\n".join(example()))


def example() -> Iterator[str]:
    """The lines of the file."""
    yield from _prose(HEAD)
    yield from _table(Settings, ())


def _table(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[str]:
    """The lines of one table: its plain settings, then its own tables, as TOML wants it."""
    docs = _docs_of(model)
    nested: list[tuple[str, FieldInfo, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is None:
            yield from ("", *_prose(docs.get(name, "")))
            yield f"#{name} = {_default(field)}"
        else:
            nested.append((name, field, inner))
    for name, field, inner in nested:
        below = (*path, name)
        yield from ("", "", *_prose(docs.get(name) or inspect.getdoc(inner) or ""))
        match get_origin(_bare(field.annotation)):
            case origin if origin is dict:
                below = (*below, "NAME")
                yield f"#[{'.'.join(below)}]"
            case origin if origin in (list, tuple):
                yield f"#[[{'.'.join(below)}]]"
            case _:
                yield f"#[{'.'.join(below)}]"
        yield from _table(inner, below)


def _docs_of(model: type[BaseModel]) -> dict[str, str]:
    """What stands below each field of `model` and of the models it is made from, by the field's name."""
    docs: dict[str, str] = {}
    for part in reversed(model.__mro__):
        if not issubclass(part, BaseModel) or part.__module__.startswith("pydantic"):
            continue
        for classes in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(part)))):
            if isinstance(classes, ast.ClassDef):
                docs |= _docs_in(classes)
    return docs


def _docs_in(model: ast.ClassDef) -> dict[str, str]:
    docs = {}
    for field, below in pairwise(model.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                docs[name] = inspect.cleandoc(text)
    return docs


def _prose(text: str) -> Iterator[str]:
    for line in textwrap.wrap(text, WIDTH):
        yield f"# {line}"


def _bare(annotation: Any) -> Any:
    """The type without Annotated, and without None."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return _bare(next(part for part in get_args(annotation) if part is not NoneType))
    return annotation


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds: itself, in a list, or as the values of a table."""
    bare = _bare(annotation)
    parts = get_args(bare)
    if get_origin(bare) is dict:
        parts = parts[1:]
    if parts:
        bare = _bare(parts[0])
    if not isinstance(bare, type) or not issubclass(bare, BaseModel):
        return None
    return bare


def _default(field: FieldInfo) -> str:
    value = None
    if not field.is_required():
        value = field.get_default(call_default_factory=True)
    if value is None:
        return _placeholder(field.annotation)
    return _toml(value)


def _placeholder(annotation: Any) -> str:
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return "|".join(json.dumps(member.value) for member in bare)
    if get_origin(bare) is Literal:
        return "|".join(json.dumps(choice) for choice in get_args(bare))
    if get_origin(bare) in (tuple, list, set, frozenset):
        parts = [part for part in get_args(bare) if part is not Ellipsis]
        return f"[{', '.join(_placeholder(part) for part in parts)}]"
    return PLACEHOLDERS.get(bare, "TEXT")


def _toml(value: Any) -> str:
    """A value as TOML has it, which is as JSON has it but for tables."""
    if isinstance(value, dict) and value:
        return f"{{ {', '.join(f'{name} = {_toml(one)}' for name, one in value.items())} }}"
    if isinstance(value, (set, frozenset)):
        value = sorted(value)
    return json.dumps(to_jsonable_python(value), ensure_ascii=False)
