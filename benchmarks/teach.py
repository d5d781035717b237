"""How soon a model is taught: a head from some faces a class, a whole few-shot model, and the first answer on the page.

    python -m benchmarks --only teach

Promised: learned again from 200 faces within 1 s; a few-shot model of 500 faces, with its cross-validation, its file
and its card, within 3 s; on the page Teach, in a browser whose camera is a film, the first answer of a new server at
most 3 s after the second class has five faces. Beside it stands what one logistic regression of scikit-learn takes, of
which cross-validation of four strengths makes 21. Without a browser the page is not measured.
"""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.camera import film, launch_flags
from benchmarks.server import chromium, served
from benchmarks.setting import Setting, on_cores
from benchmarks.table import Row, at_most, figure, median, processor_time, run_in_turn
from emotion_core.datasets import Dataset, add_dataset, synthetic_faces
from emotion_core.emotions import EMOTIONS
from emotion_core.jobs import train_few_shot
from emotion_core.models import Classifier, load_classifier
from emotion_core.streams import FEWEST_LEARNED, Lesson
from emotion_core.workspace import WORKSPACE_VARIABLE

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Classes, and faces of each.
CLASSES, FACES = (2, 7), (5, 10, 20, 50)
LEARNED_AGAIN, LEARNED_FACES = 1.0, 200
FEW_SHOT, FEW_SHOT_FACES = 3.0, 500
FIRST_ANSWER = 3.0
#: Milliseconds after which the browser gives up.
PATIENCE = 60_000
#: Whether the answer of a lesson is shown: the page's only headings of this level.
ANSWERED = "() => [...document.querySelectorAll('h2')].some(one => /^(First|Second|Uncertain)/.test(one.textContent))"


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    faces, base = synthetic_faces(50 * len(EMOTIONS), seed=11), load_classifier("emotion-net")
    with on_cores(2):
        rows = [_learning(faces, base, classes, count, setting.rounds) for classes in CLASSES for count in FACES]
        rows.append(_again(faces, base, setting.rounds))
        rows.append(_whole_model(setting))
    try:
        rows.append(_on_the_page(setting))
    except ImportError:
        return "on two cores; without a browser", rows
    return "on two cores; the page in a browser on the same cores", rows


def _lesson(faces: Dataset, base: Classifier, classes: int, count: int) -> Lesson:
    """A lesson with so many faces of each class, as recorded ones, five a second."""
    lesson = Lesson(base, EMOTIONS[:classes])
    for name in lesson.classes:
        for place, row in enumerate(np.flatnonzero(faces.table["label"] == name)[:count]):
            lesson.add(name, np.repeat(faces.images[row][..., None], 3, axis=2), with_last=place % 5 > 0)
    return lesson


def _learning(faces: Dataset, base: Classifier, classes: int, count: int, rounds: int) -> Row:
    """A figure only, beside the least: five faces of two classes."""
    lesson, least = _lesson(faces, base, classes, count), _lesson(faces, base, CLASSES[0], FACES[0])
    times = run_in_turn({"asked": lesson.learn, "least": least.learn}, rounds)
    ratio = median(times["asked"].wall) / median(times["least"].wall)
    beside = f"{figure(ratio)} times that of {CLASSES[0]} classes of {FACES[0]}; {processor_time(times['asked'])}"
    return at_most(f"learned from {count} faces of {classes} classes", times["asked"].wall, None, "s", beside)


def _again(faces: Dataset, base: Classifier, rounds: int) -> Row:
    """All seven classes, with about `LEARNED_FACES` in all, beside one fit of the head."""
    from sklearn.linear_model import LogisticRegression

    lesson = _lesson(faces, base, len(EMOTIONS), round(LEARNED_FACES / len(EMOTIONS)))
    examples = lesson.examples()
    rows = np.stack([one.embedding for one in examples])
    labels = np.array([EMOTIONS.index(one.name) for one in examples])
    scaled = (rows - rows.mean(axis=0)) / rows.std()
    one = LogisticRegression(C=0.1, class_weight="balanced", max_iter=200, tol=1e-3)
    times = run_in_turn({"again": lesson.learn, "one": lambda: one.fit(scaled, labels)}, rounds)
    ratio = median(times["again"].wall) / median(times["one"].wall)
    beside = f"{figure(ratio)} times one logistic regression; {processor_time(times['again'])}"
    name = f"learned again from {len(examples)} faces of {len(EMOTIONS)} classes"
    return at_most(name, times["again"].wall, LEARNED_AGAIN, "s", beside)


def _whole_model(setting: Setting) -> Row:
    """`emotion train --preset few-shot`, without starting Python."""
    before = os.environ.get(WORKSPACE_VARIABLE)
    os.environ[WORKSPACE_VARIABLE] = str(setting.scratch / "few-shot")
    try:
        faces = synthetic_faces(FEW_SHOT_FACES, seed=12)
        faces.table["split"] = "train"
        add_dataset(faces, "few", "drawn")
        train_few_shot("few", "warm")  # what is loaded the first time is another benchmark's
        times = run_in_turn({"train": lambda: train_few_shot("few")}, setting.rounds)["train"]
    finally:
        if before is None:
            del os.environ[WORKSPACE_VARIABLE]
        else:
            os.environ[WORKSPACE_VARIABLE] = before
    return at_most(f"few-shot model of {FEW_SHOT_FACES} faces", times.wall, FEW_SHOT, "s", processor_time(times))


def _on_the_page(setting: Setting) -> Row:
    """Both classes from a film, by their keys: from the second one's fifth face to the answer."""
    from playwright.sync_api import sync_playwright

    flags = launch_flags(film(setting.scratch / "portrait.mjpeg", pictures=64))
    environment = {**os.environ, WORKSPACE_VARIABLE: str(setting.scratch / "page")}
    found = []
    with sync_playwright() as playwright:
        for _ in range(setting.rounds):
            with (
                served(environment=environment) as (address, _),  # a new one, which has not learned anything before
                playwright.chromium.launch(executable_path=chromium(), args=flags) as browser,
            ):
                page = browser.new_page(viewport={"width": 1280, "height": 1200})
                page.set_default_timeout(PATIENCE)
                page.goto(f"{address}/Teach")
                found.append(_seconds_to_answer(page))
    name = f"page Teach, first answer after {FEWEST_LEARNED} faces of the second class"
    return at_most(name, found, FIRST_ANSWER, "s", f"the longest {figure(max(found))} s; the page looks once a second")


def _seconds_to_answer(page: Page) -> float:
    page.get_by_role("textbox", name="Classes, one a line").fill("first\nsecond")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Start the camera").click()
    page.get_by_role("button", name=re.compile(r"^1 first \(\d+\)$")).and_(page.locator(":enabled")).wait_for()
    page.locator("iframe[title*=webrtc]").wait_for()
    page.get_by_role("heading", name="Teach").click()
    _hold(page, 1, "first")
    began = time.perf_counter()
    page.keyboard.down("2")
    page.wait_for_function(ANSWERED, polling="raf")
    answered = time.perf_counter() - began
    page.keyboard.up("2")
    # Five faces a second are recorded: the fifth one comes four steps after the first.
    return answered - (FEWEST_LEARNED - 1) * 0.2


def _hold(page: Page, number: int, name: str) -> None:
    page.keyboard.down(str(number))
    enough = re.compile(rf"^{number} {name} \((?:[5-9]|\d\d+)\)$")
    page.get_by_role("button", name=enough).wait_for()
    page.keyboard.up(str(number))
