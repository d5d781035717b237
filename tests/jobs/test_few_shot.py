"""The preset few-shot: from a stored data set to a model like any other, in seconds."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import emotion_core as ec
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.emotions import FERPLUS_VOTES
from emotion_core.evaluation import card_in_words, cautions
from emotion_core.jobs import few_shot
from emotion_core.jobs.few_shot import train_few_shot, write_few_shot
from emotion_core.jobs.following import train
from emotion_core.jobs.leftovers import sweep_leftovers
from emotion_core.jobs.publishing import publish
from emotion_core.models.card import read_card
from emotion_core.networks import convert_again
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import read_evaluation

CLASSES = ("wide awake", "asleep")


@pytest.fixture
def faces(own_workspace) -> Dataset:
    """40 drawn faces to learn from, surprised or sad by other names, and 20 to be asked about."""
    drawn = synthetic_faces(210, seed=5)
    chosen = drawn.rows(drawn.table["label"].isin(["surprised", "sad"]).to_numpy())
    names = chosen.table["label"].map({"surprised": CLASSES[0], "sad": CLASSES[1]})
    splits = np.where(np.arange(len(chosen)) < 40, "train", "test")
    faces = Dataset(chosen.images, chosen.table.assign(label=names, split=splits), CLASSES, {"asleep": "#112233"})
    add_dataset(faces, "awake", "synthetic faces, renamed")
    return faces


def test_a_run_is_done_and_its_model_answers_in_its_classes(faces):
    run = train("awake", "few-shot", name="mine")
    assert run.status.state == "done" and run.best_accuracy is not None and run.best_accuracy > 0.9
    evaluation = read_evaluation(run.folder)
    assert evaluation is not None and evaluation.report.split == "train"
    folder = publish("mine", "awake-or-not")
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "card.json", "model.tflite"]
    model = ec.load_classifier("awake-or-not")
    asked = faces.split("test")
    answers = model.predict_proba(asked.images).argmax(axis=1)
    assert model.classes == CLASSES
    assert (np.array(CLASSES)[answers] == asked.table["label"]).mean() > 0.9
    assert model.embedding_size == 192
    with pytest.raises(ec.ModelError, match=r"to ONNX: a model of few faces has no Keras file; export it as litert$"):
        ec.export_model("awake-or-not", "onnx", folder.parent)
    assert ec.export_model("awake-or-not", "litert", folder.parent).is_file()


def test_what_has_no_keras_file_is_advised_no_form_that_was_just_refused(faces):
    train("awake", "few-shot", name="mine")
    publish("mine", "awake-or-not")
    with pytest.raises(ec.ModelError, match=r"cannot be converted to LiteRT: a model of few faces has no Keras file$"):
        convert_again("awake-or-not")


def test_an_error_names_the_face_by_its_place_in_the_whole_set(faces):
    table = faces.table.assign(split=np.where(np.arange(len(faces)) < 20, "test", "train"))
    flipped = table["label"].where(np.arange(len(faces)) != 41, np.where(table["label"] == "asleep", *CLASSES))
    add_dataset(Dataset(faces.images, table.assign(label=flipped), CLASSES), "later", "synthetic faces, renamed")
    evaluation = read_evaluation(train_few_shot("later"))
    assert evaluation is not None
    errors = evaluation.evaluation.scores[0].most_confident_errors
    assert errors and 41 in [error.index for error in errors]
    stored = ec.open_dataset("later").table["source"]
    assert [stored[error.index] for error in errors] == [error.source for error in errors]


def test_the_card_says_how_little_it_has_seen(faces):
    card = read_card(train_few_shot("awake") / "model")
    assert "learned from 40 faces of awake: wide awake" in card.summary
    assert card.training.drawn and card.training.recipe["preset"] == "few-shot"
    assert card.colours == {"asleep": "#112233"}
    assert card.measurements[0].data == "awake, cross-validated" and card.measurements[0].faces == 40
    assert card.temperature >= 1
    assert "seconds of computing" in card_in_words(card) and "Made with" not in card_in_words(card)


def test_faces_of_unknown_people_are_not_said_to_be_of_one_person(faces):
    def caution_of(name: str, people: object) -> list[str]:
        add_dataset(Dataset(faces.images, faces.table.assign(person=people), CLASSES), name, "drawn for tests")
        return [one for one in cautions(read_card(train_few_shot(name) / "model")) if "one person" in one]

    assert caution_of("nobody knows", "") == []
    assert caution_of("some", np.where(np.arange(len(faces)) % 2, "anna", "")) == []
    assert caution_of("anna alone", "anna")


def test_who_is_not_known_is_judged_apart_from_everybody_whatever_others_are_called(faces):
    people = ["face 1", "", "anna", "anna", "", "0"]
    few = faces.rows(np.arange(len(people)))
    found = few_shot._groups(Dataset(few.images, few.table.assign(person=people), CLASSES), None)
    assert found is not None
    assert found[2] == found[3] and len(set(found.tolist())) == 5


def test_a_class_without_faces_is_refused_by_name(faces):
    one = faces.table["label"] == "asleep"
    add_dataset(faces.rows(one.to_numpy()), "half", "drawn for tests")
    with pytest.raises(RunError, match=r"every class of 'half' needs 2 training faces .* wide awake \(0\)"):
        train_few_shot("half")


def test_a_class_that_only_annotators_name_is_learned_from_their_majority(faces):
    """As FER+ has contempt, and FER-2013's labels do not."""
    asleep = (faces.table["label"] == "asleep").to_numpy()
    voted = np.where(asleep, "contempt", "happy")
    votes = {f"votes_{name}": 9 * (voted == name) for name in FERPLUS_VOTES}
    table = faces.table.assign(label="happy", **votes)
    add_dataset(Dataset(faces.images, table, ("happy", "contempt")), "voted", "drawn for tests")
    card = read_card(train_few_shot("voted") / "model")
    assert card.class_order == ("happy", "contempt") and card.training.data == "voted, labelled by most annotators"
    assert "happy 20, contempt 20" in card.summary
    assert card.measurements[0].accuracy > 0.9


def test_what_sweeps_leftovers_meanwhile_leaves_it_alone(faces, monkeypatch):
    def swept_meanwhile(*given, **options):
        found = write_few_shot(*given, **options)
        sweep_leftovers()
        with pytest.raises(RunError, match="there is a run 'mine' already"):
            train_few_shot("awake", "mine")
        return found

    monkeypatch.setattr(few_shot, "write_few_shot", swept_meanwhile)
    assert read_card(train_few_shot("awake", "mine") / "model").name == "mine"


def test_what_it_does_not_take_is_refused(faces):
    with pytest.raises(RunError, match="few-shot takes no recipe, epochs"):
        train("awake", "few-shot", epochs=3)
    with pytest.raises(RunError, match="there is no data set 'nowhere'"):
        train_few_shot("nowhere")


def test_neither_keras_nor_tensorflow_is_loaded(faces):
    code = (
        "import emotion_core as ec, sys; ec.train('awake', 'few-shot'); print({'keras', 'tensorflow'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
