"""What travels to a GPU: faces, and what they teach."""

import numpy as np
import pytest

from emotion_core.datasets.readers.formats import read_fer2013
from emotion_core.shipping.gpu_job import pack
from emotion_core.shipping.gpu_job.__main__ import main
from emotion_core.shipping.gpu_job.pack import targets_of
from emotion_core.shipping.gpu_job.sheets import WIDE, read_sheet, write_sheet


@pytest.fixture
def others(tmp_path):
    """A folder with seven faces without labels."""
    folder = tmp_path / "others"
    folder.mkdir()
    write_sheet(folder / "faces-0.jpg", np.full((7, WIDE, WIDE), 90, np.uint8), quality=90)
    (folder / "faces.csv").write_text("age\n" + "30\n" * 7)
    return folder


def prepare(data, others, folder):
    return main(["prepare", "--fer2013", str(data), "--faces", str(others), "--pack", str(folder)])


def test_one_folder_holds_all_faces_and_what_they_teach(data, others, tmp_path, capsys):
    assert prepare(data, others, tmp_path / "pack") == 0
    assert "70 labelled faces and 7 without labels" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "pack").iterdir()) == [
        "faces-0.jpg",
        "publictest.jpg",
        "targets.npz",
        "training.jpg",
    ]
    stored = np.load(tmp_path / "pack" / "targets.npz")
    assert int(stored["unlabelled"]) == 7
    assert stored["training_own"].tolist() == [row % 7 for row in range(70)]
    np.testing.assert_allclose(stored["training_shares"], np.eye(7)[stored["training_own"]])
    assert stored["training_usable"].all()
    assert stored["publictest_majority"].tolist() == stored["publictest_own"].tolist() == [row % 7 for row in range(35)]
    faces = read_sheet(tmp_path / "pack" / "training.jpg", 48)[:70].astype(int)
    true = read_fer2013(data / "fer2013.csv").split("train").images
    assert np.abs(faces - true).mean() < 12


def test_faces_on_which_annotators_do_not_agree_teach_no_votes(data):
    dataset = read_fer2013(data / "fer2013.csv", data / "fer2013new.csv")
    votes = [name for name in dataset.table if name.startswith("votes_")]
    dataset.table.loc[[0, 70], votes] = 1
    found = targets_of(dataset)
    assert found["training_usable"].tolist() == [False] + [True] * 69
    assert found["publictest_majority"][0] == -1 and found["publictest_own"][0] == 0


def test_what_cannot_be_packed_is_refused_in_one_line(data, others, tmp_path, monkeypatch, capsys):
    for spoil, words in (
        (lambda: monkeypatch.setattr(pack, "MOST_BYTES", 1000), "the pack has 0.1 MB, more than 0"),
        (
            lambda: (others / "faces.csv").write_text("age\n" + "30\n" * 900),
            "has 900 rows, and the sheets beside it 200",
        ),
        (lambda: (data / "fer2013new.csv").unlink(), "No such file"),
    ):
        spoil()
        with pytest.raises(SystemExit) as ended:
            prepare(data, others, tmp_path / "pack")
        assert ended.value.code == 2
        assert words in capsys.readouterr().err.splitlines()[-1]
