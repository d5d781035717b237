"""Batches from their beginning to their end, in processes on this machine."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

import emotion_core as ec
from emotion_core.batch.lane import Lane
from emotion_core.inference.photo_files import photos_in
from tests.batch.pictures import FACES, PICTURES, UNREADABLE, WITHOUT, write_pictures
from tests.pictures import blank_png


@pytest.fixture(scope="module")
def done(tmp_path_factory, astronaut):
    """A folder of pictures, that of the results, the report, and what was said of the progress."""
    folder = tmp_path_factory.mktemp("batch")
    said = []
    pictures = write_pictures(folder / "pictures", astronaut)
    report = ec.analyze_folder(
        pictures,
        folder / "results",
        threshold=0.6,
        processes=2,
        on_progress=lambda done, total: said.append((done, total)),
    )
    return pictures, folder / "results", report, said


@pytest.fixture
def copied(done, tmp_path):
    """The same pictures and results, to be changed."""
    pictures, results, *_ = done
    shutil.copytree(results, tmp_path / "results")
    return pictures, tmp_path / "results"


def in_order(rows):
    return sorted(rows, key=lambda row: (row["path"], row["face"]))


class TestAnalyzeFolder:
    def test_the_answers_are_those_of_analyze_many(self, done):
        pictures, results, *_ = done
        pairs = [(str(path), path) for path in photos_in([pictures])]
        rows = [row for one in ec.analyze_many(pairs, threshold=0.6) for row in one.to_rows()]
        found = pq.read_table(results)
        expected = [{**dict.fromkeys(found.column_names), "path": row.pop("photo"), **row} for row in rows]
        for row in expected:
            row["path"] = row["path"].replace("\udcff", r"\udcff")
        assert in_order(found.to_pylist()) == in_order(expected)

    def test_each_picture_is_there_once(self, done):
        _, results, report, said = done
        found = pd.read_parquet(results)
        assert found["path"].nunique() == PICTURES and not found.duplicated(["path", "face"]).any()
        assert said[-1] == (PICTURES, PICTURES)
        assert (report.pictures, report.faces, report.without_face) == (PICTURES, FACES, WITHOUT)

    def test_the_report_lies_beside_the_parts(self, done):
        _, results, report, _ = done
        summary = json.loads((results / "_summary.json").read_text())
        assert (summary["unreadable"], summary["last_run"]["pictures"]) == (UNREADABLE, PICTURES)
        assert summary["errors"] == {"the picture is damaged or incomplete": 1}
        assert sum(summary["emotions"].values()) == FACES
        assert summary["last_run"]["by"] == "2 processes" and summary["last_run"]["pictures_a_second"] > 0
        text = (results / "_report.txt").read_text()
        assert text == report.as_text() and f"{PICTURES} pictures" in text and "damaged" in text

    def test_a_second_call_has_nothing_to_do_and_leaves_all_as_it_is(self, copied):
        pictures, results = copied
        before = {file: file.read_bytes() for file in results.iterdir()}
        report = ec.analyze_folder(pictures, results, threshold=0.6)
        assert (report.pictures, report.analyzed, report.pictures_a_second) == (PICTURES, 0, None)
        assert {file: file.read_bytes() for file in results.iterdir()} == before

    def test_what_is_missing_is_done_again_and_what_is_new_is_added(self, copied, tmp_path):
        pictures, results = copied
        shutil.copytree(pictures, tmp_path / "pictures")
        (tmp_path / "pictures/new.png").write_bytes(blank_png())
        begun = results / "_batch.json"
        begun.write_text(begun.read_text().replace(str(pictures), str(tmp_path / "pictures")))
        with pytest.raises(ec.BatchError, match=r"cannot be read .* remove it, and its pictures are analysed again"):
            next(results.glob("*.parquet")).write_bytes(b"torn")
            ec.analyze_folder(tmp_path / "pictures", results, threshold=0.6)
        for part in results.glob("*.parquet"):
            part.unlink()
        assert ec.analyze_folder(tmp_path / "pictures", results, threshold=0.6, processes=1).analyzed == PICTURES + 1

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"threshold": 0.7}, "was begun with threshold 0.6, not 0.7"),
            ({"prior": "trained"}, "was begun with the prior balanced, not trained"),
            ({"model": "seed-cnn"}, "was begun with the model emotion-net;"),
            ({"whole": True}, "was begun with whole False, not True"),
        ],
    )
    def test_it_goes_on_only_with_the_same_settings(self, done, changed, words):
        pictures, results, *_ = done
        with pytest.raises(ec.BatchError, match=words):
            ec.analyze_folder(pictures, results, **{"threshold": 0.6, **changed})

    def test_it_goes_on_only_with_the_same_pictures(self, done, tmp_path):
        _, results, *_ = done
        (tmp_path / "other.png").write_bytes(blank_png())
        with pytest.raises(ec.BatchError, match=r"has the results of .*; name another folder for"):
            ec.analyze_folder(tmp_path, results, threshold=0.6)

    def test_a_full_disk_ends_it_and_leaves_whole_parts_alone(self, done, tmp_path, monkeypatch):
        def full(self, part, partial):
            partial.write_bytes(b"half")
            raise OSError(28, "No space left on device", str(partial.parent))

        monkeypatch.setattr(Lane, "analyze", full)
        with pytest.raises(OSError, match="No space left"):
            ec.analyze_folder(done[0], tmp_path / "results", processes=2)
        assert {file.name for file in (tmp_path / "results").iterdir()} == {".lock", "_batch.json"}

    def test_settings_that_cannot_be_used_are_named(self, done, tmp_path):
        with pytest.raises(ValueError, match="1 process or more, not 0"):
            ec.analyze_folder(done[0], tmp_path / "results", processes=0)
        with pytest.raises(ec.ModelError, match="there is no model 'nobody'"):
            ec.analyze_folder(done[0], tmp_path / "results", model="nobody")
        assert not (tmp_path / "results").exists()
