"""What files import, as their text says."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator

from tests.shell import ROOT


def read(*patterns: str) -> dict[str, str]:
    """The text of files by their place in the repository."""
    found = (file for pattern in patterns for file in ROOT.glob(pattern))
    return {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in found}


def imported_names(path: str, source: str) -> list[str]:
    """The dotted names that a file imports; `from a import b` gives a.b, be it a module or not."""
    return names_of(path, ast.walk(ast.parse(source)))


def names_when_run(path: str, source: str, *, also_later: bool) -> list[str]:
    """The dotted names that a file imports when it is imported itself, and those that functions import if wanted.

    What is imported for types alone is never imported when a program runs.
    """
    return names_of(path, statements(ast.parse(source), also_later))


def statements(node: ast.AST, within_functions: bool) -> Iterator[ast.AST]:
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return
    if within_functions or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from statements(child, within_functions)


def names_of(path: str, nodes: Iterable[ast.AST]) -> list[str]:
    names = []
    for node in nodes:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.split("/")[: -node.level] if node.level else []
            names += [".".join([*package, *filter(None, [node.module]), alias.name]) for alias in node.names]
    return names


def file_of(name: str, files: Container[str]) -> str | None:
    """The file of a dotted name, or of the module that has it; None where it is none of these files."""
    for place in (name, name.rpartition(".")[0]):
        for file in (f"{place.replace('.', '/')}.py", f"{place.replace('.', '/')}/__init__.py"):
            if file in files:
                return file
    return None
