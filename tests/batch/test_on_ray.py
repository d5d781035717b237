"""What an actor of Ray does, without Ray; with it, it is tried in the command's tests."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.batch.on_ray import Analyzer, _raise_problem
from emotion_core.inference.settings import AnalysisSettings
from tests.batch.pictures import write_many


def rows(*parts):
    return {
        "number": np.arange(len(parts)),
        "name": np.array([part.name for part in parts]),
        "partial": np.array([str(part) for part in parts]),
        "paths": np.array([json.dumps(["000.jpg"]) for _ in parts]),
    }


def test_parts_are_written_and_what_went_wrong_is_told(tmp_path, astronaut):
    write_many(tmp_path / "pictures", 1, astronaut)
    analyzer = Analyzer(Job.of(AnalysisSettings()).model_dump(), str(tmp_path / "pictures"))
    told = analyzer(rows(tmp_path / "part", tmp_path / "nowhere/part"))
    analyzer._lane.close()
    assert told["number"].tolist() == [0, 1] and told["problem"][0] == ""
    assert pq.read_table(tmp_path / "part")["face"].to_pylist() == [1]
    with pytest.raises(OSError) as raised:
        _raise_problem(told["problem"][1])
    assert raised.value.filename == str(tmp_path / "nowhere")


def test_what_went_wrong_and_is_no_fault_of_the_disk_is_a_sentence():
    _raise_problem("")
    with pytest.raises(BatchError, match="the model is gone"):
        _raise_problem(json.dumps({"failed": "the model is gone"}))
