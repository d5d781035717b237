"""The process in which hostile files are tried: it is told kinds and paths, and answers with how each went."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.attack.answering import Outcome, answer_all, outcome_of
from tests.attack.lessons import LESSON_FILE
from tests.attack.stored import EXPECTED_FILE, STORED, ToldError, content_of
from tests.services import Service, serving

if TYPE_CHECKING:
    from emotion_core.streams import Lesson

#: What is kept open until this process ends.
_OPEN = ExitStack()

#: How something went, the worst last.
OUTCOMES = ("read", "named", "unnamed", "other")


def attempt(kind: str, path: Path) -> Outcome:
    """Try a hostile file: "read"; "named" where it is refused in our words; "unnamed" where an exception was not ours;
    "other" where what was stored has silently become something else."""
    if kind in STORED:
        return _opened(kind, path)
    return _of(lambda: TRIED[kind](path))


def _opened(kind: str, workspace: Path) -> Outcome:
    """What is stored, opened part by part and compared with what it was."""
    os.environ[WORKSPACE_VARIABLE] = str(workspace)
    expected = json.loads((workspace.parent / EXPECTED_FILE).read_text())[kind]
    outcomes = [_part(part, read, expected[part]) for part, read in content_of(kind).items()]
    return max(outcomes, key=lambda outcome: OUTCOMES.index(outcome[0]))


def _part(part: str, read: Callable[[], object], expected: object) -> Outcome:
    found: list[object] = []
    outcome, words = _of(lambda: found.append(json.loads(json.dumps(read()))))
    if found and found[0] != expected:
        return "other", f"{part} was opened with other content"
    return outcome, f"{part}: {words}" if words else ""


def _of(act: Callable[[], object]) -> Outcome:
    from emotion_core.batch import BatchError
    from emotion_core.datasets import DatasetError
    from emotion_core.images import ImageError
    from emotion_core.models import ModelError
    from emotion_core.runs import RunError
    from emotion_core.video import VideoError

    return outcome_of(act, (BatchError, ImageError, DatasetError, ModelError, RunError, VideoError, ToldError))


def _picture(path: Path) -> None:
    from emotion_core.images import load_image

    load_image(path)


def _data_set(path: Path) -> None:
    from emotion_core.datasets.readers.formats import load_dataset

    load_dataset(path)


def _manifest(path: Path) -> None:
    """Read a manifest of a batch, and the pictures that it names."""
    from emotion_core.batch.sources import file_of, read_source
    from emotion_core.images import ImageError, load_image

    source = read_source(path)
    for name in source.paths.slice(0, 50).to_pylist():
        with suppress(ImageError):
            load_image(file_of(name, source.root))


def _model(path: Path) -> None:
    from emotion_core.models import load_classifier

    load_classifier(path)


def _name(path: Path) -> None:
    from emotion_core.datasets import check_new

    check_new(path.read_text("utf-8"))


def _import(path: Path) -> None:
    from emotion_core.jobs import Import, import_elsewhere

    import_elsewhere(Import(path, "hostile", dry_run=True))


def _own_classes(path: Path) -> None:
    from emotion_core.datasets.readers.formats import load_dataset
    from emotion_core.datasets.readers.options import ReadOptions

    load_dataset(path, options=ReadOptions(classes="keep"))


def _class_table(path: Path) -> None:
    from emotion_core.datasets import read_class_table

    read_class_table(path)


def _lesson(path: Path) -> None:
    """Teach classes with the files that are dropped, and keep what was taught, as the page Teach does."""
    from emotion_core.models import load_classifier
    from emotion_core.streams import Lesson, parse_classes

    asked = json.loads((path / LESSON_FILE).read_text())
    try:
        lesson = Lesson(load_classifier("default"), parse_classes(asked["classes"]))
        lesson.add_class(asked["more"])
    except ValueError:  # the page shows these
        raise ToldError from None
    _add_photos(lesson, [file for file in sorted(path.iterdir()) if file.name != LESSON_FILE])
    lesson.learn()
    _keep(lesson, asked["keep"], asked["name"])


def _add_photos(lesson: Lesson, files: list[Path]) -> None:
    from emotion_core.faces import FaceCropper
    from emotion_core.images import ImageError, load_image

    for file in files:
        with suppress(ImageError):
            picture = load_image(file.read_bytes())
            crop = FaceCropper().crop(picture, 96)
            for name in lesson.classes:
                lesson.add(name, picture if crop is None else crop)
                lesson.add(name, picture[::-1])


def _keep(lesson: Lesson, kind: str, name: str) -> None:
    from emotion_core.datasets import add_dataset
    from emotion_core.jobs import publish_few_shot

    if kind == "set":
        add_dataset(lesson.dataset(), name, "taught")
    if kind == "model":
        publish_few_shot(lesson.dataset(), name, "taught", lesson.groups())


def _video(path: Path) -> None:
    from emotion_core.video import analyze_video, timelines

    timelines(analyze_video(path).run())


def _run(path: Path) -> None:
    from emotion_core.jobs.arrival import read_arrival

    with tempfile.TemporaryDirectory() as scratch:
        read_arrival(path, Path(scratch))


def _service(path: Path) -> None:
    """Ask a service; its refusals are problem documents."""
    asked = json.loads(path.read_text())
    body = None if asked["body"] is None else base64.b64decode(asked["body"])
    service = _running_service()
    try:
        answer = service.ask(asked["path"], body, asked["headers"])
    except (URLError, ConnectionError):  # it has answered and closed before all was sent
        assert service.ask("/health").status == 200
        raise ToldError from None
    if answer.status >= 500:
        raise RuntimeError(f"{answer.status} {answer.content[:200]!r}")
    if answer.status >= 400:
        assert answer.json["detail"]
        raise ToldError


@cache
def _running_service() -> Service:
    """A service that is kept for the next request, and ends with this process."""
    return _OPEN.enter_context(serving(Path(_OPEN.enter_context(tempfile.TemporaryDirectory()))))


#: By kind, what is done with a hostile file; see `corpus.GENERATORS`.
TRIED: dict[str, Callable[[Path], None]] = {
    "picture": _picture,
    "data set": _data_set,
    "import": _import,
    "manifest": _manifest,
    "model": _model,
    "name": _name,
    "own classes": _own_classes,
    "class table": _class_table,
    "lesson": _lesson,
    "video": _video,
    "service": _service,
    "run": _run,
}


if __name__ == "__main__":
    answer_all(attempt)
    _OPEN.close()
