"""Finds statements that ask for rows by town alone: `telemetry/visibility.py` makes conditions of town and scope."""

import ast
import re
from collections.abc import Iterator

TOWN_COLUMNS = frozenset({"city", "lent_to"})
SQL = re.compile(r"\b(?:SELECT|UPDATE|DELETE)\b.*\bcity\s*(?:=|<>|!=|IN\b|IS\b)", re.DOTALL)
COMPARING = frozenset({"in_", "not_in", "is_", "is_not", "is_distinct_from", "is_not_distinct_from"})


def statements(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The functions, methods and module-level assignments of a file, by name."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from statements(ast.Module(node.body, []))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target), node


def tables_of(tree: ast.Module) -> frozenset[str]:
    """The names that stand for the columns of a table: rows' classes, and what is assigned `TABLE.c`."""
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id.endswith("Row")}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and node.value.attr == "c":
            named |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(named)


def is_town(node: ast.expr, tables: frozenset[str]) -> bool:
    """Whether an expression is a table's column with a town, be it within `col()`."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "col":
        node = node.args[0]
    if not isinstance(node, ast.Attribute) or node.attr not in TOWN_COLUMNS:
        return False
    of = node.value
    return (isinstance(of, ast.Name) and of.id in tables) or (isinstance(of, ast.Attribute) and of.attr == "c")


def asks_by_town(statement: ast.stmt, tables: frozenset[str]) -> bool:
    """Whether a statement compares a column of towns by itself, or asks for towns without a scope."""
    called = set()
    for node in ast.walk(statement):
        match node:
            case ast.Compare(left=left, comparators=others) if any(is_town(one, tables) for one in [left, *others]):
                return True
            case ast.Constant(value=str(text)) if SQL.search(text):
                return True
            case ast.Call(func=ast.Attribute(value=of, attr=verb), args=args):
                called.add(verb)
                is_nobodys = [ast.unparse(one) for one in args] == ["None"]
                if verb in COMPARING and not is_nobodys and is_town(of, tables):
                    return True
    return "in_towns" in called and "in_scope" not in called


def asking_by_town(code: str) -> list[str]:
    """The statements of a file that do, by name."""
    tree = ast.parse(code)
    tables = tables_of(tree)
    return [name for name, statement in statements(tree) if asks_by_town(statement, tables)]
