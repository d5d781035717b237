"""What all commands share: progress on a terminal, reports to a file or to standard output, native code kept quiet."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TextIO

import typer

from emotion_core.csv_tables import guarded_in_words
from emotion_core.files import exporting
from emotion_core.progress import Progress, no_progress

STANDARD_OUTPUT = "-"
#: What a terminal takes for commands rather than text, and what changes the direction in which text is read.
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: object) -> str:
    """A text in which nothing commands the terminal: names of files, labels and messages may hold anything."""
    return _COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode(), str(text))


def say(text: object) -> None:
    """Print a line, or several, on standard output."""
    print(printable(text), flush=True)


def complain(text: object) -> None:
    """Print a line on standard error."""
    print(printable(" ".join(str(text).splitlines())), file=sys.stderr)


def note_guarded(cells: int) -> None:
    """Say on standard error where cells of a table got an apostrophe, and why."""
    if cells:
        complain(f"Note: {guarded_in_words(cells)}")


def write_json(target: str, content: dict[str, Any]) -> None:
    """Write a report as JSON to a file, or to standard output if the target is "-".

    Raises:
        BadParameter: the file cannot be written.
    """
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    if target == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    write_file(Path(target), text)


def write_file(target: Path, text: str) -> None:
    """Write a report so that the file is there whole or as it was before, as `exporting` does.

    Raises:
        BadParameter: the file cannot be written.
    """
    try:
        with exporting(target) as file:
            file.write_bytes(text.encode())
    except OSError as error:
        raise typer.BadParameter(f"cannot write {target} ({error.strerror})") from None


def open_output(stack: ExitStack, name: str, encoding: str) -> TextIO:
    """A file to be written to as results come, or standard output if its name is "-".

    The old file of its name stays until the new one is whole, as with `exporting`, unless it may not be written to.

    Raises:
        BadParameter: the file cannot be written.
    """
    if name == STANDARD_OUTPUT:
        return sys.stdout
    target = Path(name)
    try:
        if target.exists() and not os.access(target, os.W_OK):
            return target.open("w", encoding=encoding, newline="")  # which says so
        return stack.enter_context(stack.enter_context(exporting(target)).open("w", encoding=encoding, newline=""))
    except OSError as error:
        raise typer.BadParameter(f"cannot write {name} ({error.strerror})") from None


def refuse_overwriting(inputs: Iterable[Path], outputs: Mapping[str, str | None]) -> None:
    """Keep a report from being written over what is analysed, or over another report.

    Args:
        inputs: the files that are analysed.
        outputs: by option, the file that is written; None or "-" where it is none.

    Raises:
        BadParameter: it would be.
    """
    read = {os.path.realpath(path) for path in inputs}  # a path's own resolve() fails on a link that leads to itself
    written: dict[str, str] = {}
    for option, name in outputs.items():
        if name in (None, STANDARD_OUTPUT):
            continue
        place = os.path.realpath(name)
        if place in written:
            raise typer.BadParameter(f"{written[place]} and {option} name the same file")
        if place in read:
            raise typer.BadParameter(f"{name} is one of the files to be analysed; name another file for the report")
        written[place] = option


def made_folder(folder: Path, inputs: Iterable[Path]) -> set[str]:
    """Make a folder for copies of inputs; the names in it, in lower case, that are inputs and not written over.

    Raises:
        BadParameter: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"cannot make the folder {folder} ({error.strerror})") from None
    place = os.path.realpath(folder)
    return {path.name.casefold() for path in inputs if os.path.dirname(os.path.realpath(path)) == place}


def status_of(unreadable: int, total: int, what: str) -> int:
    """The exit status where so many of all `what`, such as "pictures", could not be read; some are counted."""
    if unreadable == total:
        return 2
    if unreadable:
        complain(f"{unreadable:,} of {total:,} {what} could not be read")
    return 0


def on_one_line(name: str) -> str:
    """A file's name, which may hold line breaks."""
    return " ".join(name.splitlines())


@contextmanager
def progress_of(what: str) -> Iterator[Progress]:
    """Something to tell how much is done, 0 to 1: a bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)


@contextmanager
def without_native_messages() -> Iterator[None]:
    """Keep LiteRT from announcing itself on standard error, which it does beneath Python and without a switch."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
