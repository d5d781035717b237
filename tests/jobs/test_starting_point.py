"""What a run starts from. What is wrong with a model is tested where runs are started."""

import hashlib
import zipfile

import pytest

from emotion_core.jobs.starting_point import check, find_starting_point
from emotion_core.models.card import read_card
from emotion_core.runs.errors import RunError
from emotion_core.workspace import SHIPPED_MODELS
from tests.cards import change_card
from tests.new_runs import new_run


def test_a_model_is_found_with_its_network_and_scaling(own_workspace):
    start = find_starting_point("seed-cnn")
    assert (start.architecture, start.scale, start.offset) == ("seed-cnn", pytest.approx(1 / 255), 0)
    assert start.weights == SHIPPED_MODELS / "seed-cnn"
    check(start)


def test_an_earlier_run_is_found_and_can_be_started_from_once_it_has_a_network(own_workspace):
    folder = new_run("first")
    start = find_starting_point("run:first")
    assert (start.architecture, start.arguments["size"]) == ("emotion-net", 16)
    with pytest.raises(RunError, match="the run 'first' has no network to start from yet"):
        check(start)
    (folder / "best.keras").touch()
    check(start)


def test_a_network_whose_description_would_fill_the_memory_is_refused_before_it_is_read(own_workspace, make_model):
    folder = make_model()
    with zipfile.ZipFile(folder / "model.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", bytes(30_000_000))
    digest = hashlib.sha256((folder / "model.keras").read_bytes()).hexdigest()
    change_card(folder, files={**read_card(folder).files, "model.keras": digest})
    start = find_starting_point(str(folder))
    with pytest.raises(RunError, match=r"unpacks to 28 MB"):
        check(start)


@pytest.mark.parametrize(
    ("name", "words"), [("nobody", "there is no model 'nobody'"), ("run:nobody", "there is no run 'nobody'")]
)
def test_what_is_not_there_is_said_with_what_is(own_workspace, name, words):
    with pytest.raises(RunError, match=words):
        find_starting_point(name)
