"""Clips as people hold them: videos, folders of frames, and CK+'s layouts."""

import cv2
import numpy as np
import pytest

from emotion_core.datasets.clips import CLIP, SECONDS, clips_in
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.synthetic import synthetic_faces

FACES = synthetic_faces(14).images


class Videos:
    """Stands for what reads videos: each has three pictures, a tenth of a second apart; one is damaged."""

    def is_video(self, name):
        return name.endswith(".mp4")

    def pictures(self, path):
        number = int(path.read_text())
        if number < 0:
            raise ValueError("the video is damaged")
        yield from ((place / 10, FACES[number + place]) for place in range(3))


def write(root, *names):
    for place, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(root / name), FACES[place % len(FACES)])


def clips_of(root, **options):
    table = load_dataset(root, options=ReadOptions(**options)).table
    return {clip.name: (clip.label, len(clip.rows), round(float(clip.seconds[-1]), 3)) for clip in clips_in(table)}


def test_a_folder_of_numbered_frames_within_that_of_an_emotion_is_a_clip(tmp_path):
    write(tmp_path, *(f"happy/laughing/{n:04d}.png" for n in range(5, 9)), *(f"sad/a b/f{n}.png" for n in (9, 10, 11)))
    assert clips_of(tmp_path) == {"happy/laughing": ("happy", 4, 0.1), "sad/a b": ("sad", 3, 0.067)}


@pytest.mark.parametrize(
    "names",
    [
        [f"happy/{n}.png" for n in range(4)],
        [f"happy/train/{n}.png" for n in range(4)],
        ["happy/anna/1.png", "happy/anna/5.png", "happy/anna/9.png"],
        ["happy/anna/1.png", "happy/anna/2.png"],
        [*(f"happy/anna/{n}.png" for n in range(4)), "happy/alone.png"],
    ],
    ids=["no folder", "a split", "gaps", "two", "others beside"],
)
def test_pictures_that_are_no_frames_stay_faces_by_themselves(tmp_path, names):
    write(tmp_path, *names)
    table = load_dataset(tmp_path).table
    assert len(table) == len(names) and CLIP not in table and SECONDS not in table


def test_splits_above_the_emotions_are_those_of_the_clips(tmp_path):
    write(tmp_path, *(f"{split}/happy/c/{n}.png" for split in ("train", "test") for n in range(3)))
    table = load_dataset(tmp_path).table
    assert {clip.name: clip.split for clip in clips_in(table)} == {"train/happy/c": "train", "test/happy/c": "test"}


def test_ck_plus_as_it_is_handed_out(tmp_path):
    frames = [f"cohn-kanade-images/S005/001/S005_001_{n:08d}.png" for n in range(1, 5)]
    write(tmp_path, *frames, "cohn-kanade-images/S010/002/S010_002_00000001.png")
    labels = tmp_path / "Emotion" / "S005" / "001"
    labels.mkdir(parents=True)
    (labels / "S005_001_00000004_emotion.txt").write_text("   3.0000000e+00\n")
    assert clips_of(tmp_path) == {"S005/001": ("disgusted", 4, 0.1)}
    (labels / "S005_001_00000004_emotion.txt").write_text("disgust")
    with pytest.raises(DatasetError, match="holds no label; it should be a number"):
        load_dataset(tmp_path)


def test_ck_plus_in_a_folder_per_emotion(tmp_path):
    write(tmp_path, *(f"anger/S010_004_{n:08d}.png" for n in (17, 18, 19)), "happy/S010_006_00000015.png")
    assert clips_of(tmp_path) == {"S010/004": ("angry", 3, 0.067), "S010/006": ("happy", 1, 0.0)}


def test_a_video_is_a_clip_and_its_whole_is_in_one_split(tmp_path):
    for number, name in enumerate(["happy/a.mp4", "sad/b.mp4", "sad/c.mp4"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(str(number))
    dataset = load_dataset(tmp_path, options=ReadOptions(videos=Videos()))
    found = clips_in(dataset.table)
    assert [(clip.name, clip.label) for clip in found] == [("happy/a", "happy"), ("sad/b", "sad"), ("sad/c", "sad")]
    assert all(len(set(dataset.table["split"][clip.rows])) == 1 for clip in found)
    assert (dataset.images[found[2].rows] == FACES[2:5]).all()
    (tmp_path / "sad" / "d.mp4").write_text("-1")
    with pytest.raises(DatasetError, match=r"sad/d\.mp4 \(the video is damaged\)"):
        load_dataset(tmp_path, options=ReadOptions(videos=Videos()))
    assert len(clips_in(load_dataset(tmp_path, options=ReadOptions(videos=Videos(), skip_bad_rows=True)).table)) == 3


def test_frames_without_a_face_are_left_out_and_counted(tmp_path, own_workspace):
    from emotion_core.datasets.importing import import_dataset

    class Cropper:
        def shows_photos(self, pictures):
            return True

        def crop(self, picture, side):
            return None if (picture[..., 0] == FACES[1]).all() else np.zeros((side, side, 3), np.uint8)

    write(tmp_path, *(f"happy/laughing/{n}.png" for n in range(3)))
    described = import_dataset(tmp_path, "filmed", options=ReadOptions(cropper=Cropper()))
    assert (described.clips, described.faces) == (1, 2)
    assert ("Without a face", "1 frame of clips, left out") in described.reading.in_rows()
