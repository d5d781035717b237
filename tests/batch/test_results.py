"""The folder that a batch writes to."""

from __future__ import annotations

import re
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.batch.report import write_report
from emotion_core.batch.results import opened
from emotion_core.inference.settings import AnalysisSettings


@pytest.fixture(scope="module")
def job():
    return Job.of(AnalysisSettings())


def test_a_second_batch_into_the_folder_is_refused_while_the_first_one_works(tmp_path, job):
    with opened(tmp_path / "results", tmp_path, job):
        words = f"another batch writes to {re.escape(str(tmp_path / 'results'))}; wait for its end"
        with pytest.raises(BatchError, match=words), opened(tmp_path / "results", tmp_path, job):
            pass
    with opened(tmp_path / "results", tmp_path, job) as results:
        assert results.next_attempt() == 1


def test_a_folder_with_other_files_is_left_as_it_is(tmp_path, job):
    (tmp_path / "thesis.parquet").touch()
    (tmp_path / ".thesis.partial").touch()
    with pytest.raises(BatchError, match=r"has other files in it, such as thesis\.parquet"):
        opened(tmp_path, tmp_path, job).__enter__()
    assert sorted(file.name for file in tmp_path.iterdir()) == [".thesis.partial", "thesis.parquet"]


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path, job):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(BatchError, match=r"results cannot be written to .*; name a folder"):
            opened(place, tmp_path, job).__enter__()


def test_what_was_half_written_when_a_batch_was_killed_is_removed_and_nothing_else(tmp_path, job):
    with opened(tmp_path, tmp_path, job) as results:
        results.partial("part-0001-000000.parquet").write_bytes(b"half")
        results.partial("part-0001-000001.parquet").write_bytes(b"whole")
        (tmp_path / "._summary.1-2.partial.json").write_bytes(b"half")
        results.publish("part-0001-000001.parquet")
        assert results.next_attempt() == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == [".lock", "_batch.json", "part-0001-000001.parquet"]


def test_notes_that_are_damaged_are_named(tmp_path, job):
    (tmp_path / "_batch.json").write_text("{")
    with pytest.raises(BatchError, match=r"_batch\.json cannot be read"):
        opened(tmp_path, tmp_path, job).__enter__()


def test_shares_of_a_prior_are_noted_as_they_are(tmp_path):
    job = Job.of(AnalysisSettings(prior={"happy": 0.3}))
    assert Job.model_validate_json(job.model_dump_json()) == job
    assert dict(job.loaded().model.prior) == job.prior


def test_a_model_that_changed_is_refused(make_model):
    folder = make_model()
    job = Job.of(AnalysisSettings(folder))
    assert job.model == str(folder)
    (folder / "card.json").write_text((folder / "card.json").read_text() + " ")
    with pytest.raises(RuntimeError, match="is not what it was when the batch began"):
        job.loaded()


def test_the_module_that_analyses_imports_neither_keras_nor_pandas():
    code = "import sys, emotion_core.batch.worker; print({'pandas', 'keras', 'ray'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


@pytest.mark.parametrize("columns", [{"path": ["a"], "face": [1]}, None])
def test_a_part_that_is_damaged_is_named_where_it_is_counted(tmp_path, job, columns):
    with opened(tmp_path, tmp_path, job) as results:
        part = tmp_path / "part-0001-000000.parquet"
        if columns is None:
            part.write_bytes(b"no parquet")
        else:
            pq.write_table(pa.table(columns), part)
        with pytest.raises(BatchError, match=r"part-0001-000000.parquet cannot be read .*; remove it"):
            write_report(results, "model", 1, 1, "one process")
