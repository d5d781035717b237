"""What others made is read in a process of its own, and what it says or does ends nothing but that."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import threading
import zipfile
from contextlib import suppress

import cv2
import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emotion_core.datasets.class_table import class_table_of
from emotion_core.datasets.errors import DatasetError, UnknownLabelsError
from emotion_core.datasets.names import dataset_names, datasets_folder
from emotion_core.datasets.readers.folders import NoLabelsError
from emotion_core.jobs import reading
from emotion_core.jobs.reading import (
    Import,
    import_elsewhere,
    ready_to_import,
    try_model,
    try_networks,
    write_annotated_elsewhere,
    write_playable_elsewhere,
)
from emotion_core.jobs.told_errors import error_of, told
from emotion_core.limits import OUT_OF_TIME
from emotion_core.models.card import ModelError
from emotion_core.progress import no_progress
from emotion_core.video.analysis import VideoAnalysis
from emotion_core.video.errors import VideoError
from emotion_core.video.reading import VideoFile
from emotion_core.visuals import annotate_live
from tests.attack.attack import bytes_of
from tests.clips import grey_frames, write_clip
from tests.keras_files import dense_of
from tests.pictures import png_of_zeros
from tests.shell import ROOT

#: Imports what takes all memory that there is; prints how many bytes the process had then.
GREEDY = """
import io
from emotion_core.jobs import reading_process
from emotion_core.limits import resident_memory
def importing(told):
    import numpy, pandas
    def do(progress):
        kept = []
        try:
            while True: kept.append(bytes([1]) * 2**20)
        except MemoryError:
            had = resident_memory()
            kept.clear()
            return had
    return do
reading_process._importing = importing
asked = {"do": "import", "memory": 300 * 2**20, "seconds": 100}
print(reading_process._answer(asked, io.BytesIO())["done"])
"""


@pytest.fixture
def faces(tmp_path, own_workspace):
    """Six faces as FER-2013's csv has them."""
    with (tmp_path / "faces.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["emotion", "pixels", "Usage"])
        table.writerows([label, " ".join([str(40 * label)] * 2304), "Training"] for label in (3, 3, 4, 4, 5, 6))
    return tmp_path / "faces.csv"


@pytest.fixture
def nothing_is_left(own_workspace):
    """Call it to know whether there is no more in the workspace, and no more process, than there was."""
    before = psutil.Process().children()  # of other tests: pictures are decoded in one that stays

    def look() -> bool:
        kept = [path.name for path in datasets_folder().glob("*") if not path.name.endswith(".lock")]
        return not kept and set(psutil.Process().children()) <= set(before)

    return look


def test_a_set_is_the_same_wherever_it_is_imported(faces):
    told = []
    table = class_table_of("happy -> good\n* -> other")
    elsewhere = import_elsewhere(Import(faces, "one", classes=table, source="mine"), told.append)
    here = ready_to_import(Import(faces, "two", classes=table, source="mine"))(no_progress)
    assert elsewhere.model_dump() == {**here.model_dump(), "name": "one"}
    assert elsewhere.classes == ("good", "other") and elsewhere.sha256
    assert dataset_names() == ["one", "two"] and told[0] == 0.0


def test_what_stops_it_is_raised_with_all_that_is_known(faces, nothing_is_left):
    faces.write_text("path,label\na.png,grumpy\n")
    (faces.parent / "a.png").write_bytes(b"no picture")
    with pytest.raises(UnknownLabelsError) as stopped:
        import_elsewhere(Import(faces, "x"))
    with pytest.raises(UnknownLabelsError) as expected:
        ready_to_import(Import(faces, "x"))(no_progress)
    assert str(stopped.value) == str(expected.value) and stopped.value.labels == {"grumpy": 1}
    with pytest.raises(FileNotFoundError):
        import_elsewhere(Import(faces.parent / "nowhere", "x"))
    assert nothing_is_left()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
def test_where_the_memory_is_used_up_the_set_is_named_and_nothing_is_left(faces, monkeypatch, nothing_is_left):
    monkeypatch.setattr(reading, "MEMORY_BYTES", 0)
    with pytest.raises(DatasetError, match=r"faces\.csv.*memory"):
        import_elsewhere(Import(faces, "x", crop="never"))
    assert dataset_names() == [] and nothing_is_left()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
def test_what_its_process_has_loaded_counts_as_memory_of_an_import():
    found = subprocess.run([sys.executable, "-c", GREEDY], cwd=ROOT, capture_output=True, text=True, check=True)
    assert 250 * 2**20 < int(found.stdout) < 310 * 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
def test_an_import_and_what_decodes_pictures_for_it_have_no_more_together(tmp_path, own_workspace):
    (tmp_path / "in" / "happy").mkdir(parents=True)
    (tmp_path / "in" / "happy" / "bomb.png").write_bytes(png_of_zeros(8000, 9800, 16, 6))
    own, sizes, done = psutil.Process().pid, [], threading.Event()
    before = bytes_of(own)

    def watch() -> None:
        while not done.wait(0.02):
            sizes.append(bytes_of(own))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        with suppress(DatasetError):  # that it takes too much memory; whether it does is not the question
            import_elsewhere(Import(tmp_path / "in", "x"))
    finally:
        done.set()
        watching.join()
    assert max(sizes) - before < reading.MEMORY_BYTES


def test_what_arrow_sets_aside_is_not_counted_as_memory_that_is_used(tmp_path, own_workspace, monkeypatch):
    monkeypatch.setattr(reading, "MEMORY_BYTES", 1030 * 2**20)
    faces = np.random.default_rng(1).integers(0, 256, (6000, 48, 48), np.uint8)
    pictures = [{"bytes": cv2.imencode(".png", face)[1].tobytes(), "path": None} for face in faces]
    rows = [{"image": picture, "label": "happy"} for picture in pictures]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "train.parquet")
    assert import_elsewhere(Import(tmp_path / "train.parquet", "one", side=48)).faces == 6000


def test_who_looks_at_the_progress_can_stop_it(faces, nothing_is_left):
    def cancel(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_elsewhere(Import(faces, "x"), cancel)
    assert dataset_names() == [] and nothing_is_left()


class TestVideos:
    @pytest.fixture
    def clip(self, tmp_path):
        return write_clip(tmp_path / "a.avi", grey_frames(50, 100, 150), codec="mpeg4")

    def test_copies_are_those_that_this_process_would_write(self, clip, tmp_path):
        write_playable_elsewhere(clip, tmp_path / "b.mp4")
        write_annotated_elsewhere(VideoAnalysis(clip).run(), tmp_path / "c.mp4", annotate_live)
        for name in ("b.mp4", "c.mp4"):
            with VideoFile(tmp_path / name) as copy:
                assert copy.info.codec == "h264" and len(list(copy.frames())) == 3

    def test_who_wants_a_copy_no_more_ends_the_work(self, clip, tmp_path, nothing_is_left):
        def stop(seconds: float) -> None:
            raise VideoError("stopped")

        with pytest.raises(VideoError, match="stopped"):
            write_playable_elsewhere(clip, tmp_path / "b.mp4", stop)
        assert not (tmp_path / "b.mp4").exists() and nothing_is_left()

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
    def test_what_stops_it_is_said_and_there_is_no_copy(self, clip, tmp_path, monkeypatch, nothing_is_left):
        (tmp_path / "text.mp4").write_bytes(b"no video at all")
        with pytest.raises(VideoError, match="this is not a video"):
            write_playable_elsewhere(tmp_path / "text.mp4", tmp_path / "b.mp4")
        with pytest.raises(FileNotFoundError):
            write_playable_elsewhere(clip, tmp_path / "nowhere" / "b.mp4")
        large = write_clip(tmp_path / "c.avi", grey_frames(50, 100, size=(1920, 1080)), codec="mpeg4")
        monkeypatch.setattr(reading, "MEMORY_BYTES", 30 * 2**20 - reading.MEMORY_A_BYTE * reading.VIDEO_BYTES)
        with pytest.raises((VideoError, OSError), match="memory"):
            write_playable_elsewhere(large, tmp_path / "b.mp4")
        assert not (tmp_path / "b.mp4").exists() and nothing_is_left()


def test_an_error_of_a_kind_within_the_known_ones_is_told_whole():
    error = NoLabelsError("faces: no labels were found. " + "Put them into folders. " * 20)
    raised = error_of(told(error), "faces", DatasetError)
    assert type(raised) is DatasetError and str(raised) == str(error)


def test_time_that_is_used_up_is_told_from_memory():
    assert "12 seconds of processor time" in reading._why_ended(OUT_OF_TIME, "faces.zip", 10, 12.0, DatasetError)
    said = reading._why_ended(-6, "faces.zip", 1000 * 2**20, 12.0, DatasetError)
    assert "1,000 MB of memory" in said and "split it" in said


def test_nobody_is_told_to_split_a_video():
    said = reading._why_ended(-6, "the video", 1000 * 2**20, 12.0, VideoError)
    assert said.startswith("the process that read the video ended") and said.endswith("or it is damaged")
    memory = error_of({"kind": "MemoryError", "message": "MemoryError"}, "the video", VideoError)
    assert str(memory) == "the memory ran out while the video was read; close other programs"


class TestModels:
    def test_one_that_can_be_used(self, make_model):
        try_model(make_model())

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
    def test_one_that_takes_all_memory(self, make_model, monkeypatch):
        folder = make_model(input={"size": 512, "channels": 1, "scale": 1.0, "offset": 0.0})
        monkeypatch.setattr(reading, "MEMORY_BYTES", 0)
        with pytest.raises(ModelError, match="tiny"):
            try_model(folder)

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
    def test_a_network_of_layers_that_no_memory_holds(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "huge.keras", "w") as archive:
            archive.writestr("config.json", json.dumps(dense_of(10**5, 10**5)))
            archive.writestr("metadata.json", "{}")
            archive.writestr("model.weights.h5", b"")
        with pytest.raises(ModelError, match=r"huge\.keras"):
            try_networks([tmp_path / "huge.keras"])

    def test_one_whose_card_is_none(self, make_model):
        folder = make_model()
        (folder / "card.json").write_text(json.dumps([]))
        with pytest.raises(ModelError):
            try_model(folder)
