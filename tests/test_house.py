"""The sizes of CONTRIBUTING.md: no file and no function grows beyond what is read at one go."""

from __future__ import annotations

import ast

import pytest

from tests.imports import read

#: Lines, docstrings and comments included.
LONGEST_FILE, LONGEST_FUNCTION = 400, 45

HOUSE = ("emotion_core/**/*.py", "emotion_server/**/*.py", "ui/**/*.py", "pages/*.py", "benchmarks/**/*.py", "*.py")


def too_long(path: str, source: str) -> list[str]:
    """The file and those of its functions that are too long, one line each."""
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = {f"{path}:{one.lineno} {one.name}": (one.end_lineno or 0) - one.lineno + 1 for one in functions}
    found = [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > LONGEST_FUNCTION]
    lines = len(source.splitlines())
    return [*([f"{path}: {lines} lines"] if lines > LONGEST_FILE else []), *found]


def test_no_file_and_no_function_is_too_long():
    found = [line for path, text in read(*HOUSE).items() for line in too_long(path, text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = 1\n" * 400, []),
        ("x = 1\n" * 401, ["a.py: 401 lines"]),
        ("def f():\n" + "    x = 1\n" * 44, []),
        ("class A:\n    async def f():\n" + "        x = 1\n" * 45, ["a.py:2 f: 46 lines"]),
    ],
)
def test_what_is_too_long_is_found(source, found):
    assert too_long("a.py", source) == found
