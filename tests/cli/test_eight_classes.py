"""FER+ as people have it, with contempt: imported, trained on and evaluated as eight classes from a shell."""

from __future__ import annotations

import json

import pytest

from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES
from emotion_core.models.card import read_card
from tests.fer2013_files import USAGES, VOTES_HEADER, fer2013_text
from tests.shell import emotion

EIGHT = (*EMOTIONS, "contempt")


@pytest.fixture
def ferplus(tmp_path):
    """FER-2013's csv and FER+'s votes for it: annotators see contempt in every eighth face."""
    faces = synthetic_faces(112, seed=4)
    lines = [VOTES_HEADER]
    for number, (label, split) in enumerate(zip(faces.table["label"], faces.table["split"], strict=True)):
        voted = "contempt" if number % 8 == 0 else label
        counts = [9 if name == voted else int(name == "unknown") for name in FERPLUS_VOTES]
        lines.append(f"{USAGES[split]},fer{number:07d}.png,{','.join(map(str, counts))}")
    (tmp_path / "fer2013.csv").write_text(fer2013_text(faces))
    (tmp_path / "fer2013new.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


@pytest.mark.timeout(300)
def test_contempt_is_learnt_and_judged_as_an_eighth_class(ferplus, own_workspace):
    done = emotion("dataset", "import", ferplus, "--name", "fer8", "--classes", "keep")
    assert done.returncode == 0, done.stderr
    assert f"  Classes           {', '.join(EIGHT)}\n" in done.stdout
    arguments = ("--preset", "mini-xception", "--recipe", "votes", "--epochs", 1, "--run", "r", "--model", "eight")
    done = emotion("train", "--data", "fer8", *arguments)
    assert done.returncode == 0, done.stderr
    assert "Not learned" not in done.stdout  # no label says contempt, but annotators do, whose votes are learned
    assert read_card(own_workspace / "models" / "eight").class_order == EIGHT
    done = emotion("evaluate", "--model", "eight", "--data", "fer8", "--split", "validation", "--json", "-")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    by_votes = next(one for one in report["evaluations"][0]["judgements"] if one["labels"] == "ferplus-majority")
    assert by_votes["faces"] > 0
    assert [one["emotion"] for one in by_votes["emotions"]] == list(EIGHT)
