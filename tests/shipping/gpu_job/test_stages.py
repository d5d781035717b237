"""What is trained after what."""

import pytest

from emotion_core.shipping.gpu_job.stages import STAGES, TEACHERS, Folders


def test_the_time_is_shared_out_and_teachers_come_before_those_they_teach():
    assert sum(stage.share for stage in STAGES) == pytest.approx(1)
    names = [stage.name for stage in STAGES]
    assert len(set(names)) == len(names)
    for place, stage in enumerate(STAGES):
        assert set(stage.teachers) <= set(names[:place])
        assert bool(stage.teachers) == bool(stage.taught)
    assert set(TEACHERS) <= set(names)


def test_networks_that_ship_are_asked_for_the_answer_that_they_are_named_by():
    heads = {stage.name: stage.head for stage in STAGES if stage.teachers}
    assert heads == {"emotion-net": 0, "emotion-net-fer2013": 1}


def test_a_network_begins_with_weights_only_where_there_are_some(tmp_path):
    folders = Folders(tmp_path, tmp_path, tmp_path, tmp_path)
    assert folders.begun_with(STAGES[3]) is None
    (tmp_path / "emotion-net.npz").touch()
    assert folders.begun_with(STAGES[3]) == tmp_path / "emotion-net.npz"
    assert Folders(tmp_path, tmp_path, tmp_path, None).begun_with(STAGES[3]) is None
