"""The page of data sets: any set in, looked through and corrected, and nothing that is brought in breaks it."""

from __future__ import annotations

import csv
import io
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.names import dataset_names
from emotion_core.datasets.readers.download import DownloadError
from emotion_core.datasets.store import delete_dataset, describe, edits_of, open_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.datasets.votes import COLUMNS
from emotion_core.inference import percent
from emotion_core.jobs.reading import import_elsewhere, ready_to_import
from tests.fer2013_files import fer2013_text
from tests.page import button, texts
from tests.pictures import png
from tests.shell import ROOT
from tests.waiting import PATIENCE
from ui.datasets import filters, gallery, import_job, importing, integrity, tools
from ui.datasets.only import Only

FILE = str(ROOT / "pages" / "1_Dataset.py")


@pytest.fixture(autouse=True)
def model(own_workspace, happy):
    """The model finds every face happy; there is no data set yet."""
    return happy


@pytest.fixture(autouse=True)
def read_here(monkeypatch):
    """Data sets are read in this process, which is quicker; the first test of an import has one of its own for it."""
    monkeypatch.setattr(import_job, "import_elsewhere", lambda asked, told: ready_to_import(asked)(told))


@pytest.fixture
def page() -> AppTest:
    """The page as it opens, not run yet."""
    return AppTest.from_file(FILE, default_timeout=PATIENCE)


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    """70 drawn faces; face 1 is the same as face 0 but of the test split and called disgusted, with votes."""
    faces = synthetic_faces(70, seed=3)
    images, table = faces.images.copy(), faces.table.copy()
    images[1] = images[0]
    table.loc[0, "split"], table.loc[1, "split"] = "train", "test"
    votes = np.zeros((70, 10), dtype=int)
    votes[:, 1] = 10  # everybody says happy
    for place, column in enumerate(COLUMNS):
        table[column] = votes[:, place]
    return Dataset(images, table)


@pytest.fixture
def opened(drawn, page) -> AppTest:
    """The page with the drawn faces under the name "faces"."""
    add_dataset(drawn, "faces", "drawn faces")
    return run(page)


def run(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    return page


def select(page: AppTest, label: str, value: str) -> AppTest:
    next(one for one in page.selectbox if one.label == label).set_value(value)
    return run(page)


def click(page: AppTest, label: str) -> AppTest:
    """Click the button of exactly this label, or else the one with a label that begins so."""
    exact = [one for one in page.button if one.label == label]
    (exact[0] if exact else button(page, label)).click()
    return run(page)


def look_at(page: AppTest, face: int) -> AppTest:
    page.number_input(key="set_face").set_value(face)
    return run(page)


@pytest.fixture
def reviewed(monkeypatch) -> list[dict]:
    """What the review gives the browser, each time; `act` and `go` do what its user does."""
    given: list[dict] = []
    callbacks = []

    def component(key, data, on_sent_change):
        if "sent by the browser" in st.session_state:
            st.session_state[key] = SimpleNamespace(sent=st.session_state.pop("sent by the browser"))
            callbacks[-1]()  # of the run before, as Streamlit has it
        given.append(data)
        callbacks.append(on_sent_change)

    monkeypatch.setattr("ui.datasets.review._review", component)
    return given


def send(page: AppTest, data: dict, *acts: dict, row: int | None = None, first: int = 1) -> AppTest:
    """Send acts on the face that is shown, numbered on from what the page has confirmed."""
    row = data["row"] if row is None else row
    numbered = [{"number": data["done"] + first + place, "row": row, **act} for place, act in enumerate(acts)]
    sent = {"data": data["data"], "row": row, "place": data["place"], "turns": data["turns"], "acts": numbered}
    page.session_state["sent by the browser"] = sent
    return run(run(page))


def card(data: dict) -> dict:
    """What is given of the face that is shown."""
    return next(card for card in data["cards"] if card["row"] == data["row"])


def group(page: AppTest, label: str):
    return next(one for one in page.button_group if one.label == label)


def come_from(page: AppTest, kind: str) -> AppTest:
    group(page, "From").set_value(kind)
    return run(page)


def import_path(page: AppTest, path, name: str = "") -> AppTest:
    come_from(page, importing.PATH)
    page.text_input(key="set_path").set_value(str(path))
    page.text_input(key="set_name").set_value(name)
    run(page)
    button(page, "Import").click()
    return run(page)


def upload(page: AppTest, name: str, data: bytes) -> AppTest:
    page.file_uploader[0].upload(name, data)
    run(page)
    button(page, "Import").click()
    return run(page)


def test_without_a_set_the_page_says_what_to_do_and_does_it_at_a_click(page):
    run(page)
    assert "No data set yet" in texts(page)
    click(page, "Make 1,400 synthetic faces")
    assert dataset_names() == ["synthetic faces"]
    assert page.header[0].value == "1,400 faces"
    assert "of 1,400 faces" in texts(page)


def test_a_csv_by_its_path_is_imported_and_what_was_read_is_said(page, tmp_path, drawn, monkeypatch):
    monkeypatch.setattr(import_job, "import_elsewhere", import_elsewhere)
    (tmp_path / "fer2013.csv").write_text(fer2013_text(drawn))
    import_path(run(page), tmp_path / "fer2013.csv", "mine")
    assert dataset_names() == ["mine"]
    said = understood(page)
    assert said["Form"] == "FER-2013's csv" and said["Numbering"] == "fer2013 or expw or ckextended"
    assert said["Stored"] == "70 faces of 48x48 pixels in grey"
    assert page.selectbox(key="set").value == "mine"


def test_an_uploaded_zip_is_called_by_its_file_and_leaves_no_file_behind(page, drawn, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, image in enumerate(drawn.images[:4]):
            archive.writestr(f"sad/{number}.png", png(image))
    upload(run(page), "my faces.zip", out.getvalue())
    assert dataset_names() == ["my faces"]
    assert understood(page)["Splits"].startswith("no splits were given")
    assert not list((tmp_path / "temporary").iterdir())
    assert describe("my faces").source == "my faces.zip"


def test_an_import_leaves_no_file_and_no_name_for_the_next(page, drawn):
    page.run()
    page.text_input(key="set_name").set_value("first")
    upload(page, "a.csv", fer2013_text(drawn).encode())
    assert page.text_input(key="set_name").value == ""
    upload(page, "b.csv", fer2013_text(drawn).encode())
    assert dataset_names() == ["b", "first"]
    assert describe("b").source == "b.csv"


def test_drawn_faces_of_a_number_and_a_seed(page):
    come_from(run(page), importing.SYNTHETIC)
    page.number_input(key="set_drawn_count").set_value(21)
    page.number_input(key="set_drawn_seed").set_value(5)
    page.text_input(key="set_name").set_value("few")
    run(page)
    page.button(key="set_import").click()
    run(page)
    assert (open_dataset("few").images == synthetic_faces(21, seed=5).images).all()


def test_labels_that_are_unknown_are_mapped_or_left_out(page, tmp_path, drawn):
    for place, label in enumerate(("happy", "grumpy", "odd")):
        (tmp_path / "in" / label).mkdir(parents=True)
        (tmp_path / "in" / label / "1.png").write_bytes(png(drawn.images[place]))
    (tmp_path / "in" / "more.zip").write_bytes(b"")
    import_path(run(page), tmp_path / "in", "mine")
    assert dataset_names() == []
    assert "not the name of an emotion" in texts(page)
    select(page, "“grumpy”, 1 face", "angry")
    button(page, "Import").click()
    run(page)
    assert sorted(open_dataset("mine").table["label"]) == ["angry", "happy"]
    said = understood(page)
    assert said["Left out by label"] == "'odd' 1"
    assert "grumpy → angry" in said["Labels"]
    assert said["Archives inside"] == "1, not opened; unpack what belongs to the set"


def understood(page) -> dict[str, str]:
    """The table of what was understood."""
    table = page.table[0].value
    return dict(zip(table["What"], table["Understood as"].str.replace("\\", ""), strict=True))


def test_a_look_before_the_import_says_what_was_understood_and_lets_labels_be_corrected(page, tmp_path, drawn):
    for place, label in enumerate(("happy", "joy", "sad")):
        (tmp_path / "in" / "train_set" / label).mkdir(parents=True)
        (tmp_path / "in" / "train_set" / label / "1.png").write_bytes(png(drawn.images[place]))
    (tmp_path / "in" / "notes.docx").write_bytes(b"x")
    come_from(run(page), importing.PATH)
    page.text_input(key="set_path").set_value(str(tmp_path / "in"))
    run(page)
    click(page, "Preview")
    assert dataset_names() == []
    assert page.success[0].value.startswith("3 faces would be imported. Nothing is stored yet")
    assert understood(page) == {
        "Form": "a folder per emotion",
        "Splits": "train_set → train",
        "Labels": "happy, joy → happy, sad",
        "Unused files": "1: notes.docx",
    }
    select(page, "“joy”", "surprised")
    select(page, "“sad”", "leave out")
    button(page, "Import").click()
    run(page)
    assert open_dataset("in").table["label"].tolist() == ["happy", "surprised"]


def test_a_look_before_the_import_is_seen_where_there_are_sets_already(page, tmp_path, drawn):
    add_dataset(drawn, "there", "drawn")
    (tmp_path / "in" / "happy").mkdir(parents=True)
    (tmp_path / "in" / "happy" / "1.png").write_bytes(png(drawn.images[0]))
    come_from(run(page), importing.PATH)
    page.text_input(key="set_path").set_value(str(tmp_path / "in"))
    run(page)
    click(page, "Preview")
    ways = next(one for one in page.expander if one.label == "Import a data set")
    assert ways.proto.expanded and ways.success[0].value.startswith("1 face would be imported")


def test_folders_and_a_table_that_differ_are_told_and_one_is_chosen_in_the_options(page, tmp_path, drawn):
    (tmp_path / "in" / "happy").mkdir(parents=True)
    (tmp_path / "in" / "happy" / "1.png").write_bytes(png(drawn.images[0]))
    (tmp_path / "in" / "list.csv").write_text("path,label\nhappy/1.png,sad\n")
    import_path(run(page), tmp_path / "in", "mine")
    assert "the labels of 1 of 1 pictures differ" in texts(page)
    page.selectbox(key="set_labels_from").set_value("table")
    button(page, "Import").click()
    run(page)
    assert open_dataset("mine").table["label"].tolist() == ["sad"]


def test_a_path_of_a_user_whom_there_is_not_is_not_there(page):
    import_path(run(page), "~nosuchuser/faces.csv")
    assert "No such file or directory: ~nosuchuser/faces.csv" in texts(page).replace("\\", "")


def test_the_encoding_of_a_table_is_chosen_in_the_options_where_nothing_tells_it(page, tmp_path, drawn):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.png").write_bytes(png(drawn.images[0]))
    (tmp_path / "in" / "list.csv").write_bytes("path;label;note\n1.png;sad;trüb\n".encode("cp1252"))
    import_path(run(page), tmp_path / "in", "mine")
    assert "list.csv is not in UTF-8" in texts(page).replace("\\", "")
    page.selectbox(key="set_encoding").set_value("cp1252")
    button(page, "Import").click()
    run(page)
    assert open_dataset("mine").table["label"].tolist() == ["sad"]


def test_an_archive_that_is_not_read_is_taken_by_the_widget_and_refused_by_its_name(page):
    upload(run(page), "faces.rar", b"Rar!\x1a\x07\x01\x00" + bytes(100))
    words = texts(page).replace("\\", "")
    assert "faces.rar is an archive that is not read; unpack it with: unar faces.rar" in words
    assert "emotion-upload" not in words


def test_bad_rows_are_named_and_can_be_skipped(page, tmp_path, drawn):
    text = fer2013_text(drawn) + "3,1 2 3,Training\n"
    (tmp_path / "bad.csv").write_text(text)
    import_path(run(page), tmp_path / "bad.csv")
    assert dataset_names() == []
    assert "line 72" in texts(page)
    assert "Nothing was imported" in texts(page)
    page.checkbox(key="set_skip").set_value(True)
    run(page)
    button(page, "Import").click()
    run(page)
    assert len(open_dataset("bad")) == 70
    assert understood(page)["Bad rows"].startswith("1 skipped, the first: line 72")


BROKEN = {
    "empty.csv": (b"", "is empty"),
    "columns.csv": (b"emotion,pixels\n0,1 2\n", "it has 2 pixels"),
    "usage.csv": (b"emotion,pixels,Usage\n0," + b"1 " * 2304 + b",Sometimes\n", "unknown Usage"),
    "short.csv": (b"emotion,pixels,Usage\n0," + b"1 " * 2303 + b",Training\n", "2,303 pixels"),
    "bright.csv": (b"emotion,pixels,Usage\n0," + b"256 " * 2304 + b",Training\n", "pixel of 256"),
    "truncated.zip": (b"PK\x03\x04 and nothing more", "zip"),
    "text.zip": (b"not a zip at all", "zip"),
    "nothing.parquet": (b"PAR1", "parquet"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_words_and_the_page_lives_on(page, name, own_workspace):
    data, reason = BROKEN[name]
    upload(run(page), name, data)
    assert dataset_names() == []
    assert not [one for one in own_workspace.glob("datasets/*") if one.is_dir()]
    assert reason in texts(page).replace("\\", "")
    click(page, "Make 1,400 synthetic faces")
    assert dataset_names() == ["synthetic faces"]


def zip_with(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def test_a_zip_that_leads_out_of_itself_is_refused(page, drawn):
    upload(run(page), "evil.zip", zip_with("../happy/1.png", png(drawn.images[0])))
    assert dataset_names() == []
    assert page.error


def test_a_path_that_is_not_there_and_a_name_that_is_taken_are_refused(opened, tmp_path, drawn):
    import_path(opened, tmp_path / "nowhere.csv", "x")
    assert "No such file" in texts(opened)
    (tmp_path / "fer2013.csv").write_text(fer2013_text(drawn))
    import_path(opened, tmp_path / "fer2013.csv", "faces")
    assert "there is a data set 'faces' already" in texts(opened).replace("\\", "")
    assert dataset_names() == ["faces"]


def test_a_full_disk_leaves_nothing_behind(page, monkeypatch, own_workspace):
    def full(*arguments, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("emotion_core.datasets.importing._header", full)
    click(run(page), "Make 1,400 synthetic faces")
    assert "the disk is full, so the data set 'synthetic faces' was not stored" in texts(page)
    assert not [one for one in own_workspace.glob("datasets/*") if one.is_dir()]


def test_a_download_that_fails_says_why(page, monkeypatch):
    def fails():
        raise DownloadError("there is no connection to kaggle.com")

    monkeypatch.setattr("emotion_core.datasets.download_fer2013", fails)
    come_from(run(page), importing.NET)
    click(page, "Download and import")
    assert "there is no connection" in texts(page)
    assert "No data set yet" in texts(page)


def test_a_download_is_imported(page, monkeypatch, tmp_path, drawn):
    (tmp_path / "fer2013.csv").write_text(fer2013_text(drawn))
    monkeypatch.setattr("emotion_core.datasets.download_fer2013", lambda: tmp_path)
    come_from(run(page), importing.NET)
    click(page, "Download and import")
    assert dataset_names() == ["FER-2013"]


def test_the_counts_come_first_then_means_findings_and_faces(opened):
    assert [one.value for one in opened.header] == [
        "70 faces",
        "Mean face of each emotion",
        "Data quality",
        "Faces",
    ]
    assert len(opened.get("plotly_chart")) == 1
    assert "**1 to 60** of 70 faces" in texts(opened)


def test_the_filters_leave_the_faces_they_say(opened):
    select(opened, "Emotion", "sad")
    assert "of 10 faces" in texts(opened)
    select(opened, "Emotion", "all")
    select(opened, "Duplicates", "contradictory labels")
    assert "of 2 faces" in texts(opened)
    select(opened, "Split", "test")
    assert "of 1 face" in texts(opened)
    select(opened, "Annotators' votes", "label is the majority")
    assert "No face" in texts(opened)
    click(opened, "Show all faces")
    assert "of 70 faces" in texts(opened)


def test_a_view_is_sent_as_an_address(drawn, page, reviewed):
    add_dataset(drawn, "a set", "drawn faces")
    add_dataset(synthetic_faces(7), "other", "drawn faces")
    page.query_params.update({"set": "other", "set_emotion": "Sad", "set_face": "5"})
    run(page)
    assert page.selectbox(key="set").value == "other"
    assert "of 1 face" in texts(page)
    assert card(reviewed[-1])["label"] == "sad"


@pytest.mark.parametrize("name", ["set", "set_emotion", "set_page", "set_face", "set_order"])
def test_an_address_that_makes_no_sense_is_left_aside(drawn, page, name):
    add_dataset(drawn, "faces", "drawn faces")
    page.query_params[name] = "99999"
    run(page)
    assert "**1 to 60** of 70 faces" in texts(page)


def test_pages_hold_at_most_sixty_faces(opened, monkeypatch):
    shown = []
    monkeypatch.setattr(gallery, "_faces", lambda **given: shown.append(given["data"]["faces"]))
    opened.get("pagination")[0].set_value(2)
    run(opened)
    assert [len(faces) for faces in shown] == [10]
    assert "**61 to 70** of 70 faces" in texts(opened)


def test_faces_are_sorted_by_agreement(opened, monkeypatch):
    shown = []
    monkeypatch.setattr(gallery, "_faces", lambda **given: shown.append(given["data"]["faces"]))
    select(opened, "Order", filters.BY_AGREEMENT)
    assert {face["label"] for face in shown[-1][:10]} == {"happy"}
    assert [note["text"] for note in shown[-1][0]["notes"]] == ["votes: happy 10", "100 % agree"]


def test_a_face_is_shown_with_what_is_said_of_it(opened, reviewed):
    look_at(opened, 1)
    shown = card(reviewed[-1])
    assert (shown["label"], shown["split"], shown["given"]) == ("disgusted", "test", "disgusted, test")
    happy = next(one for one in shown["opinions"] if one["name"] == "Happy")
    assert (happy["percent"], happy["votes"], happy["of"]) == (percent(0.93), 10, 10)
    assert [(one["row"], one["other"]) for one in shown["duplicates"]["faces"]] == [(0, True)]
    assert "are no evidence" in texts(opened)


def test_the_next_faces_are_at_hand(opened, reviewed):
    select(opened, "Emotion", "sad")
    look_at(opened, 5)
    data = reviewed[-1]
    assert data["order"] == [5, 12, 19, 26, 33, 40, 47, 54, 61]
    assert (data["first"], data["place"], data["total"]) == (0, 0, 10)
    assert [one["row"] for one in data["cards"]] == data["order"]


def test_many_faces_are_corrected_at_once_and_undone_as_one(opened):
    select(opened, "Emotion", "sad")
    click(opened, "All that match (10)")
    assert "**10 faces** selected" in texts(opened)
    opened.button(key="set_selected_exclude").click()
    run(opened)
    (act,) = edits_of("faces corrected").acts()
    assert (act.act, len(act.rows)) == ("exclude", 10)
    assert opened.header[0].value == "60 faces, 10 excluded"
    assert "Select faces by their boxes" in texts(opened)
    click(opened, "Undo: 10 faces excluded")
    assert edits_of("faces corrected").acts() == []


def test_faces_that_are_so_already_are_left_out_of_a_correction_of_many(opened):
    click(opened, "All on this page (60)")
    opened.button(key="set_selected_include").click()
    run(opened)
    assert dataset_names() == ["faces"]


def test_what_is_selected_on_one_page_stays_selected_on_the_next(opened, monkeypatch):
    sent = []

    def component(key, data, on_opened_change, on_selection_change):
        if sent:
            st.session_state[key] = SimpleNamespace(selection=sent.pop())
            on_selection_change()

    monkeypatch.setattr(gallery, "_faces", component)
    sent.append({"page": list(range(60)), "chosen": [3, 4, 65]})  # 65 is on another page
    run(run(opened))
    assert "**2 faces** selected" in texts(opened)
    opened.get("pagination")[0].set_value(2)
    sent.append({"page": list(range(60, 70)), "chosen": [61]})
    run(run(opened))
    assert "**3 faces** selected" in texts(opened)
    sent.append({"page": "x"})
    select(run(opened), "Emotion", "sad")
    assert "**3 faces** selected, 2 of them not among those shown" in texts(opened)


def test_faces_picked_out_elsewhere_are_shown_alone_in_their_order(opened, monkeypatch):
    shown = []
    monkeypatch.setattr(gallery, "_faces", lambda **given: shown.append([one["row"] for one in given["data"]["faces"]]))
    opened.session_state["set_only"] = Only("faces", (8, 2, 5), "that somebody picked out")
    run(opened)
    assert shown[-1] == [8, 2, 5]
    assert "These are the faces that somebody picked out" in texts(opened)
    assert [one.value for one in opened.header] == ["Faces"]
    click(opened, "Show the whole set")
    assert len(shown[-1]) == 60
    assert len(opened.header) == 4


def test_a_map_is_made_when_it_is_wanted_and_kept(opened, own_workspace):
    toggle(opened, "Map of the set")
    click(opened, "Make the map")
    (kept,) = (own_workspace / "datasets" / "faces").glob("map-*.npy")
    assert np.load(kept).shape == (70, 2)
    run(opened)
    assert "Draw around faces to see them below" in texts(opened)
    assert len(opened.get("plotly_chart")) == 2


def toggle(page: AppTest, label: str) -> AppTest:
    next(one for one in page.toggle if one.label == label).set_value(True)
    return run(page)


def test_what_is_filtered_for_brings_its_order(opened):
    click(opened, "Find label issues")
    select(opened, "Label issues", "label issue")
    assert opened.selectbox(key="set_order").value == filters.BY_ISSUE
    select(opened, "Label issues", "all")
    assert opened.selectbox(key="set_order").value == filters.AS_STORED
    click(opened, "2 faces with contradictory labels")
    assert opened.selectbox(key="set_order").value == filters.BY_DUPLICATES


def test_a_tile_says_what_the_model_and_the_annotators_say(opened, monkeypatch):
    shown = []
    monkeypatch.setattr(gallery, "_faces", lambda **given: shown.append(given["data"]["faces"]))
    click(opened, "Find label issues")
    notes = shown[-1][1]["notes"]
    assert [note["text"] for note in notes] == ["model: happy 93 %", "votes: happy 10", "also in training"]
    assert [note["differs"] for note in notes] == [True, True, False]


def test_a_correction_of_an_import_makes_a_set_of_its_own_and_undo_takes_it_back(opened, reviewed):
    look_at(opened, 1)
    send(opened, reviewed[-1], {"act": "relabel", "to": "angry"})
    assert dataset_names() == ["faces", "faces corrected"]
    assert opened.selectbox(key="set").value == "faces corrected"
    assert open_dataset("faces corrected").table["label"][1] == "angry"
    assert open_dataset("faces").table["label"][1] == "disgusted"
    assert reviewed[-1]["undo"] == "face 1 labelled angry"
    send(opened, reviewed[-1], {"act": "undo"})
    assert open_dataset("faces corrected").table["label"][1] == "disgusted"
    assert dataset_names() == ["faces", "faces corrected"]


def test_the_first_correction_keeps_the_filters_the_order_and_the_place(opened, reviewed):
    select(opened, "Emotion", "sad")
    select(opened, "Order", filters.BY_AGREEMENT)
    look_at(opened, 5)
    before = reviewed[-1]
    send(opened, before, {"act": "exclude"})
    after = reviewed[-1]
    assert (after["row"], after["place"], after["order"]) == (before["row"], before["place"], before["order"])
    assert card(after)["excluded"]
    assert opened.selectbox(key="set").value == "faces corrected"
    assert opened.selectbox(key="set_emotion").value == "sad"
    assert opened.selectbox(key="set_order").value == filters.BY_AGREEMENT


def test_corrections_have_no_face_compared_with_its_hash_again(opened, reviewed, monkeypatch):
    looked_at: list[str] = []
    monkeypatch.setattr(integrity, "_damage", looked_at.append)
    look_at(opened, 2)
    for number, label in enumerate(("angry", "sad"), start=1):
        send(opened, reviewed[-1], {"act": "relabel", "to": label}, first=number)
        run(opened)
    assert len(edits_of("faces corrected").acts()) == 2
    integrity._worker().submit(int).result()  # when it is done, so is what was asked for before
    assert looked_at == []


def test_acts_that_come_in_twice_are_done_once(opened, reviewed):
    look_at(opened, 2)
    first = reviewed[-1]
    send(opened, first, {"act": "relabel", "to": "angry"}, {"act": "move", "to": "test"})
    assert reviewed[-1]["done"] == 2
    send(opened, first, {"act": "relabel", "to": "angry"}, {"act": "move", "to": "test"}, {"act": "exclude"})
    assert [act.act for act in edits_of("faces corrected").acts()] == ["relabel", "move", "exclude"]


def test_an_undo_shows_the_face_that_it_is_about(opened, reviewed):
    look_at(opened, 2)
    send(opened, reviewed[-1], {"act": "exclude"})
    send(opened, reviewed[-1], {"act": "undo"}, row=9)
    assert (reviewed[-1]["row"], reviewed[-1]["turns"]) == (2, 2)
    assert edits_of("faces corrected").acts() == []


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "x",
        {"data": "faces", "row": -1, "place": 0, "turns": 1, "acts": []},
        {"data": "faces", "row": 0, "place": 0, "turns": 1, "acts": [{"number": 1, "act": "delete", "row": 0}]},
        {"data": "another", "row": 0, "place": 0, "turns": 1, "acts": [{"number": 1, "act": "exclude", "row": 0}]},
    ],
)
def test_what_no_browser_of_ours_sends_is_left_aside(opened, reviewed, sent):
    look_at(opened, 2)
    opened.session_state["sent by the browser"] = sent
    run(run(opened))
    assert dataset_names() == ["faces"]


def test_what_fails_is_said_until_something_else_is_done_though_the_browser_had_gone_on(opened, reviewed):
    look_at(opened, 2)
    before = reviewed[-1]
    send(opened, before, {"act": "relabel", "to": "grumpy"})
    send(opened, {**before, "done": 1}, row=3)  # sent before it knew that it is to stay
    assert (reviewed[-1]["row"], reviewed[-1]["turns"]) == (2, 2)
    assert "unknown label" in texts(opened)
    send(opened, reviewed[-1], {"act": "relabel", "to": "angry"})
    assert "unknown label" not in texts(opened)


def test_a_face_or_a_label_that_does_not_exist_is_refused(opened, reviewed):
    look_at(opened, 2)
    send(opened, reviewed[-1], {"act": "relabel", "to": "grumpy"})
    assert "unknown label" in texts(opened)
    send(opened, reviewed[-1], {"act": "exclude", "row": 70}, {"act": "exclude"})
    assert [act.rows for act in edits_of("faces corrected").acts()] == [(2,)]


def test_a_second_session_goes_on_in_the_same_set_and_is_told_of_the_first(opened, reviewed):
    look_at(opened, 2)
    send(opened, reviewed[-1], {"act": "relabel", "to": "angry"})
    other = AppTest.from_file(FILE, default_timeout=PATIENCE)
    other.query_params["set"] = "faces"
    look_at(run(other), 2)
    send(other, reviewed[-1], {"act": "relabel", "to": "happy"})
    assert dataset_names() == ["faces", "faces corrected"]
    assert [act.to for act in edits_of("faces corrected").acts()] == ["angry", "happy"]
    assert any("face 2 labelled angry" in one.value for one in other.toast)


def test_two_who_correct_one_set_lose_nothing_are_told_and_each_undoes_his_own(drawn, page, reviewed):
    add_dataset(drawn, "faces", "drawn faces")
    derive("faces", "mine")
    page.query_params["set"] = "mine"
    look_at(run(page), 2)
    data = reviewed[-1]
    edits_of("mine").relabel([2], "sad")  # in another window
    send(page, data, {"act": "relabel", "to": "angry"})
    assert any(
        "Somebody else did this in the meantime: face 2 labelled sad" in plain_text(one.value) for one in page.toast
    )
    edits_of("mine").exclude([3])
    run(page)
    assert any("1 correction came in" in one.value for one in page.toast)
    send(page, reviewed[-1], {"act": "undo"})
    assert [(act.act, act.to) for act in edits_of("mine").acts()] == [("relabel", "sad"), ("exclude", "")]


def plain_text(text: str) -> str:
    return text.replace("\\", "")


def test_faces_are_moved_excluded_and_included_again(drawn, page, reviewed):
    add_dataset(drawn, "faces", "drawn faces")
    derive("faces", "mine")
    page.query_params["set"] = "mine"
    look_at(run(page), 2)
    send(page, reviewed[-1], {"act": "move", "to": "validation"}, {"act": "exclude"})
    assert [act.act for act in edits_of("mine").acts()] == ["move", "exclude"]
    assert page.header[0].value == "69 faces, 1 excluded"
    select(page, "Corrections", "excluded")
    assert "of 1 face" in texts(page)
    send(page, reviewed[-1], {"act": "include"})
    assert len(open_dataset("mine")) == 70
    assert open_dataset("mine").table["split"][2] == "validation"


def test_all_test_images_that_are_also_in_training_are_excluded_in_one_act(opened):
    click(opened, "Exclude the test images that are also in training (1)")
    (act,) = edits_of("faces corrected").acts()
    assert (act.act, act.rows) == ("exclude", (1,))
    assert not [one for one in opened.button if "are also in training" in one.label]


def test_a_copy_with_a_name_of_its_own(opened):
    opened.text_input[[one.label for one in opened.text_input].index("Name of the copy")].set_value("mine")
    click(opened, "Make the copy")
    assert dataset_names() == ["faces", "mine"]
    assert opened.selectbox(key="set").value == "mine"


def test_a_copy_whose_name_is_taken_is_refused(opened):
    opened.text_input[[one.label for one in opened.text_input].index("Name of the copy")].set_value("faces")
    click(opened, "Make the copy")
    assert "There is a data set 'faces' already" in texts(run(opened)).replace("\\", "")


def test_exports_hold_the_corrections(opened, reviewed):
    look_at(opened, 1)
    send(opened, reviewed[-1], {"act": "exclude"})
    rows = list(csv.DictReader(io.StringIO(tools.exported("faces corrected", faces=False).decode())))
    assert [row["excluded"] for row in rows[:3]] == ["False", "True", "False"]
    assert tools.exported("faces corrected", faces=True).decode().count("\n") == 70
    assert [one.label for one in opened.download_button] == [
        "Corrected labels as csv",
        "Faces and labels as FER-2013's csv",
    ]


def test_deleting_a_set(opened):
    click(opened, "Delete it")
    assert dataset_names() == []
    assert "No data set yet" in texts(opened)


def test_a_set_that_others_come_from_is_kept(opened):
    derive("faces", "mine")
    click(opened, "Delete it")
    assert dataset_names() == ["faces", "mine"]
    assert "mine comes from it" in texts(opened)


def test_a_damaged_set_is_said_and_can_be_deleted(drawn, page, own_workspace):
    add_dataset(drawn, "faces", "drawn faces")
    (own_workspace / "datasets" / "faces" / "images.npy").write_bytes(b"")
    run(page)
    assert "damaged" in texts(page)
    click(page, "Delete it")
    assert dataset_names() == []


def test_a_set_whose_description_is_damaged_is_said_and_can_be_deleted(opened, drawn, own_workspace):
    add_dataset(drawn, "mine", "drawn faces")
    (own_workspace / "datasets" / "faces" / "dataset.json").write_text("{")
    run(opened)
    assert "damaged" in texts(opened)
    click(opened, "Delete it")
    assert dataset_names() == ["mine"]


def test_a_set_that_was_deleted_in_another_window_is_said_to_be_gone(opened, drawn, reviewed):
    add_dataset(drawn, "other", "drawn faces")
    look_at(opened, 2)
    delete_dataset("faces")
    run(opened)
    assert "There is no data set 'faces' here" in texts(opened).replace("\\", "")
    assert opened.selectbox(key="set").value == "other"
    assert dataset_names() == ["other"]
    assert reviewed[-1]["data"] == "faces"  # no face of the other set is opened


def test_an_address_of_a_set_that_is_not_here_says_so(drawn, page):
    add_dataset(drawn, "faces", "drawn faces")
    page.query_params["set"] = "a colleague's"
    run(page)
    assert "There is no data set" in texts(page)
    assert page.selectbox(key="set").value == "faces"


def test_after_a_deletion_the_next_set_is_shown_without_a_complaint(opened, drawn):
    add_dataset(drawn, "other", "drawn faces")
    click(run(opened), "Delete it")
    assert opened.selectbox(key="set").value == "other"
    assert not opened.error


def test_near_duplicates_are_found_when_wanted(opened, own_workspace):
    assert "near-duplicates" not in dataset_options(opened, "Duplicates")
    click(opened, "Find near-duplicates")
    assert "near-duplicates" in dataset_options(opened, "Duplicates")
    assert (own_workspace / "datasets" / "faces" / "likeness.npz").is_file()
    assert not [one for one in opened.button if one.label.startswith("Find near")]


def test_label_issues_are_found_when_wanted_and_the_page_says_what_that_is_worth(opened, model):
    click(opened, "Find label issues")
    assert model.calls == 1
    assert "no evidence" in texts(opened)
    assert filters.BY_ISSUE in dataset_options(opened, "Order")
    select(opened, "Order", filters.BY_ISSUE)
    select(opened, "Emotion", "sad")
    assert model.calls == 1
    click(opened, "Exclude the test images")
    assert "of 10 faces" in texts(opened)
    assert model.calls == 1


def dataset_options(page: AppTest, label: str) -> list[str]:
    return [one.lower() for one in next(one for one in page.selectbox if one.label == label).options]
