"""From data to a model's folder with one command."""

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS, FER2013_NUMBERING
from emotion_core.inference.classifier import load_classifier
from emotion_core.training import make_model
from emotion_core.training.recipes import VOTES

from .conftest import patch_faces, tiny_network


@pytest.fixture
def data(tmp_path):
    """Faces in FER-2013's and FER+'s own files; 48 pixels, since that is what they hold."""
    faces = {"Training": patch_faces(70, seed=0), "PublicTest": patch_faces(35, seed=1)}
    lines, votes = ["emotion,pixels,Usage"], [FERPLUS_HEADER]
    for usage, part in faces.items():
        for image, row in zip(part.images, part.table.itertuples(), strict=True):
            pixels = " ".join(map(str, np.kron(image, np.ones((3, 3), int)).ravel()))
            lines.append(f"{FER2013_NUMBERING.index(row.label)},{pixels},{usage}")
            counts = ",".join(str(getattr(row, column)) for column in part.table.columns[3:])
            votes.append(f"{usage},{row.source},{counts}")
    (tmp_path / "fer2013.csv").write_text("\n".join(lines))
    (tmp_path / "fer2013new.csv").write_text("\n".join(votes))
    return tmp_path


FERPLUS_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def test_one_command_makes_a_model_that_can_be_used(data, tmp_path, monkeypatch, capsys):
    recipe = VOTES.model_copy(update={"epochs": 3, "batch_size": 16, "augmentation": None})
    tiny = make_model.Shipped(lambda: tiny_network(48), recipe, "A tiny network.")
    monkeypatch.setitem(make_model.SHIPPED, "emotion-net", tiny)
    models = tmp_path / "models"

    arguments = ["emotion-net", "--data", str(data), "--run", str(tmp_path / "run"), "--models", str(models)]
    assert make_model.main(arguments) == 0

    classifier = load_classifier(models / "emotion-net")
    assert classifier.card.training.faces == 70
    assert classifier.card.training.recipe["epochs"] == 3
    by_votes, _, by_labels, _ = classifier.card.measurements
    assert (by_votes.labels, by_labels.labels) == ("ferplus-majority", "fer2013")
    assert by_votes.faces == by_labels.faces == 35
    assert by_votes.accuracy > 0.5
    assert 0 < classifier.card.abstain_threshold < 1
    assert classifier.predict_proba(np.zeros((2, 48, 48), np.uint8)).shape == (2, len(EMOTIONS))
    assert "# emotion-net" in (models / "emotion-net" / "README.md").read_text()
