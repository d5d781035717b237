"""The photo page: pictures in, faces with their expressions out, and nothing that a picture holds breaks it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

import emotion_core as ec
from emotion_core.images import READABLE
from emotion_core.inference.reports import write_csv, write_json
from tests.fakes import FakeClassifier
from tests.page import button, photo_rows as rows, sample_png, texts, upload
from tests.pictures import blank_png
from ui.photos.downloads import Found, jpeg_of, zip_of
from ui.photos.given import Photo
from ui.photos.samples import SAMPLES
from ui.shared import layout, models
from ui.shared.downloads import csv_file, json_file


def downloads(page: AppTest) -> list[str]:
    return [one.label for one in page.download_button]


def test_the_page_opens_with_a_place_for_pictures_and_no_result(photos):
    assert not photos.exception
    assert photos.file_uploader[0].accept_multiple_files
    assert "never stored" in texts(photos)
    assert not photos.header
    assert not photos.download_button


def test_the_camera_is_not_asked_for_before_it_is_wanted(photos):
    assert not photos.camera_input
    photos.toggle(key="camera").set_value(True).run()
    assert photos.camera_input
    assert photos.camera_input[0].proto.resolution_height == 720  # and not the height of its place on the screen
    assert not photos.file_uploader


def test_the_sample_is_analysed_at_a_click(photos):
    button(photos, "Portrait").click().run()
    assert not photos.exception
    assert photos.header[0].value == "Looks happy, 93 %"
    assert len(photos.get("plotly_chart")) == 1
    assert downloads(photos) == ["CSV", "JSON", "Annotated picture"]


def test_a_picture_from_the_camera_is_analysed(photos):
    photos.toggle(key="camera").set_value(True).run()
    photos.camera_input[0].upload("shot.jpg", sample_png()).run()
    assert photos.header[0].value == "Looks happy, 93 %"


def test_low_confidence_reads_uncertain(go_to, unsure):
    page = upload(go_to("3_Predict.py").run(), ("a.png", sample_png()))
    assert page.header[0].value == layout.plain("Uncertain: happy or surprised")


def test_model_and_limits_are_each_said_once(photos):
    page = upload(photos, ("a.png", sample_png()))
    assert texts(page).count("Model: emotion\\-net") == 1
    assert texts(page).count("not for decisions about people") == 1


def test_of_a_chosen_model_that_is_gone_it_is_said_which_one_answers(go_to, happy):
    page = go_to("3_Predict.py")
    page.session_state["model"] = "gone"
    page.run()
    assert not page.exception
    assert page.warning[0].value == "The model gone is gone: emotion\\-net answers instead."
    assert not page.run().warning


def test_the_models_card_is_shown_on_demand(photos):
    page = upload(photos, ("a.png", sample_png()))
    assert "multiply-adds" not in texts(page)
    button(page, "About this model").click().run()
    assert not page.exception
    assert "multiply-adds" in texts(page)


def test_own_pictures_take_the_place_of_the_sample(photos):
    button(photos, "Portrait").click().run()
    upload(photos, ("a.png", blank_png()))
    assert photos.header[0].value == "No face found"
    button(photos, "Portrait").click().run()
    assert photos.header[0].value == "Looks happy, 93 %"


def test_one_of_several_faces_is_chosen_the_largest_first(photos, detector):
    detector(0.95, 0.8, 0.75)
    page = upload(photos, ("three.png", blank_png()))
    assert "Face 1 of 3" in texts(page)
    # What a click in the picture leaves.
    page.session_state[f"face {hashlib.sha256(blank_png()).hexdigest()} 0"] = 3
    page.run()
    assert not page.exception
    assert "Face 3 of 3" in texts(page)
    assert page.header[0].value == "Looks happy, 93 %"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title)
def test_every_sample_is_analysed_at_a_click(photos, sample):
    button(photos, sample.title).click().run()
    assert not photos.exception
    assert photos.header[0].value == ("No face found" if sample.title == "Cat" else "Looks happy, 93 %")
    if sample.title == "50 faces":
        assert "Face 1 of 50" in texts(photos)


# Two models


def test_two_models_are_compared_on_one_photo(photos, monkeypatch):
    fakes = {"emotion-net": FakeClassifier(happy=0.93), "seed-cnn": FakeClassifier(sad=0.8)}
    monkeypatch.setattr(models, "classifier", fakes.__getitem__)
    page = upload(photos, ("a.png", sample_png()))
    page.selectbox(key="second model").set_value("seed-cnn").run()
    assert not page.exception
    assert page.header[0].value == "The models differ"
    assert "agree on 0 of 1 face." in texts(page)
    assert "Looks happy, 93 %" in texts(page)
    assert "Looks sad, 80 %" in texts(page)
    assert len(page.get("plotly_chart")) == 2
    page.selectbox(key="model").set_value("seed-cnn").run()  # with itself nothing is compared
    assert page.selectbox(key="second model").value is None
    assert len(page.get("plotly_chart")) == 1


def test_models_of_other_classes_are_not_said_to_disagree(photos, monkeypatch):
    fakes = {"emotion-net": FakeClassifier(happy=0.93), "seed-cnn": FakeClassifier(sad=0.8)}
    fakes["seed-cnn"].classes = ("bored", "wink", "smile", "tired", "sly", "awake", "calm")
    monkeypatch.setattr(models, "classifier", fakes.__getitem__)
    page = upload(photos, ("a.png", sample_png()))
    page.selectbox(key="second model").set_value("seed-cnn").run()
    assert not page.exception
    assert page.header[0].value == "The models have different classes"
    assert "cannot be compared here" in texts(page) and "agree on" not in texts(page)


# What was given stays


def test_photos_stay_when_one_looks_at_another_page_and_comes_back(photos):
    page = upload(photos, ("a.png", sample_png()), ("b.png", blank_png()))
    page.switch_page("Home.py").run()
    page.switch_page("pages/3_Predict.py").run()
    assert not page.exception
    assert rows(page) == [("a.png", 1, "happy"), ("b.png", 0, "no face found")]
    upload(page, ("c.png", blank_png(310)))
    assert [name for name, *_ in rows(page)] == ["a.png", "b.png", "c.png"]
    page.switch_page("pages/4_Webcam.py").run()
    page.switch_page("pages/3_Predict.py").run()
    assert [name for name, *_ in rows(page)] == ["a.png", "b.png", "c.png"]


def test_photos_stay_when_the_camera_is_used_instead(photos):
    page = upload(photos, ("a.png", sample_png()))
    page.toggle(key="camera").set_value(True).run()
    assert page.header[0].value == "Looks happy, 93 %"
    page.camera_input[0].upload("shot.jpg", blank_png()).run()
    assert [name for name, *_ in rows(page)] == ["a.png", "shot.jpg"]


def test_clear_all_takes_everything_away(photos):
    assert not [one for one in photos.button if one.label == "Clear all"]
    page = upload(photos, ("a.png", sample_png()))
    page.switch_page("Home.py").run()
    page.switch_page("pages/3_Predict.py").run()
    upload(page, ("b.png", blank_png()))
    button(page, "Clear all").click().run()
    assert not page.exception
    assert not page.header
    page.switch_page("Home.py").run()
    page.switch_page("pages/3_Predict.py").run()
    assert not page.header


def test_a_sample_is_cleared_too(photos):
    page = button(photos, "Portrait").click().run()
    assert page.header
    button(page, "Clear all").click().run()
    assert not page.header


def test_it_is_said_which_formats_are_read(photos):
    assert READABLE in photos.file_uploader[0].label


# Bad and strange pictures


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (b"hello", "not a picture"), (b"<svg/>", "SVG"), (sample_png()[:5000], "damaged")],
)
def test_a_bad_file_is_named_with_its_reason(photos, data, reason):
    page = upload(photos, ("my file.jpg", data))
    assert page.error[0].value.startswith("my file\\.jpg cannot be used: ")
    assert reason in page.error[0].value


def test_a_bad_file_among_others_is_named_in_the_table(photos):
    page = upload(photos, ("good.png", sample_png()), ("bad.jpg", b"hello"), ("empty.jpg", b""))
    assert [(photo, faces) for photo, faces, _ in rows(page)] == [("good.png", 1), ("bad.jpg", 0), ("empty.jpg", 0)]
    assert [why[:18] for *_, why in rows(page)] == ["happy", "this is not a pict", "the file is empty"]
    assert "2 files could not be used" in page.warning[0].value


@pytest.mark.parametrize("name", ["レナ.png", "фото.png", "صورة.png", "_a_*b*[c](d).png", "=1+1.png", "$x$ <b>.png"])
def test_a_name_in_any_script_stays_as_it_is(photos, name):
    page = upload(photos, (name, sample_png()), ("other.png", blank_png()))
    assert rows(page)[0][0] == name
    assert page.header[1].value == layout.plain(name)


def test_a_class_of_any_name_is_called_as_it_is(photos, happy):
    happy.classes = tuple("_at ease_" if name == "happy" else name for name in happy.classes)
    page = upload(photos, ("portrait.png", sample_png()))
    assert page.header[0].value == layout.plain("Looks _at ease_, 93 %")


def test_a_crop_of_a_face_is_one_face(photos):
    crop = Image.open(io.BytesIO(sample_png())).crop((165, 70, 295, 200)).resize((48, 48)).convert("L")
    file = io.BytesIO()
    crop.save(file, "PNG")
    assert upload(photos, ("48.png", file.getvalue())).header[0].value == "Looks happy, 93 %"


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (300, 2)])
def test_a_picture_too_small_for_a_face_says_so(photos, size):
    page = upload(photos, ("tiny.png", blank_png(*size)))
    assert "too small" in texts(page)


# No face found


def test_no_face_says_so_and_can_be_overruled(photos):
    page = upload(photos, ("wall.png", blank_png()))
    assert page.header[0].value == "No face found"
    button(page, "Treat the whole picture").click().run()
    assert page.header[0].value == "Looks happy, 93 %"
    assert "treated as one face" in texts(page)
    button(page, "Undo").click().run()
    assert page.header[0].value == "No face found"


def test_a_lower_threshold_is_offered_where_it_helps(photos, detector):
    detector(0.45)
    page = upload(photos, ("faint.png", blank_png()))
    assert page.header[0].value == "No face found"
    button(page, "Lower the detection threshold to 0.4").click().run()
    assert not page.exception
    assert page.header[0].value == "Looks happy, 93 %"
    assert page.slider(key="threshold").value == 0.4


def test_a_lower_threshold_is_not_offered_where_it_does_not_help(photos, detector):
    detector()
    page = upload(photos, ("wall.png", blank_png()))
    assert not [one for one in page.button if one.label.startswith("Lower")]


def test_a_smaller_face_is_offered_where_it_helps(photos, detector):
    detector(0.95)
    photos.slider(key="smallest_face").set_value(100).run()
    page = upload(photos, ("far.png", blank_png()))
    button(page, "Allow faces of 8 pixels").click().run()
    assert page.header[0].value == "Looks happy, 93 %"


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_photo_that_lies_is_turned_upright(photos, turns):
    page = upload(photos, ("lying.png", sample_png(turns)))
    assert page.header[0].value == "Looks happy, 93 %"
    assert f"rotated by {turns * 90}" in texts(page)
    button(page, "Undo").click().run()
    assert not page.exception
    assert "rotated" not in texts(page)


def test_a_photo_is_turned_by_hand(photos):
    page = upload(photos, ("a.png", blank_png()))
    for turns in (1, 2, 3):
        button(page, "Turn").click().run()
        assert f"rotated by {turns * 90}" in texts(page)
    button(page, "Turn").click().run()
    assert not page.exception
    assert "rotated" not in texts(page)


# Many photos


def test_many_photos_have_a_table_a_chart_and_the_first_ones_detail(photos):
    page = upload(photos, ("a.png", sample_png()), ("b.png", blank_png()))
    assert rows(page) == [("a.png", 1, "happy"), ("b.png", 0, "no face found")]
    assert page.dataframe[0].value["Confidence"].fillna(0).tolist() == [93, 0]
    assert page.dataframe[0].value["Picture"].str.startswith("data:image/jpeg;base64,").all()
    assert [one.value for one in page.header] == ["1 face in 2 photos", "a\\.png", "Looks happy, 93 %"]
    assert len(page.get("plotly_chart")) == 2
    assert downloads(page) == ["CSV", "JSON", "Annotated pictures"]


def test_two_hundred_photos_at_once(photos, detector):
    detector(0.95)
    page = upload(photos, *((f"{n}.png", blank_png(120 + n, 120)) for n in range(200)))
    assert len(rows(page)) == 200
    assert page.header[0].value == "200 faces in 200 photos"
    assert not page.get("progress")


def test_the_same_photo_twice_is_analysed_once_and_listed_twice(photos, detector, happy):
    fake, before = detector(0.95), happy.calls
    page = upload(photos, ("a.png", blank_png()), ("a.png", blank_png()), ("b.png", blank_png()))
    assert rows(page) == [("a.png", 1, "happy"), ("a.png", 1, "happy"), ("b.png", 1, "happy")]
    assert (fake.calls, happy.calls - before) == (1, 1)


def test_the_work_can_be_stopped_and_gone_on_with(photos, detector, monkeypatch):
    fake = detector(0.95)
    find, clicks = fake.detect, iter(["stop"])

    def stop_at_the_third(*arguments):
        if fake.calls == 2 and next(clicks, None):
            # What a click on the button does in the middle of the work.
            st.session_state.stopped = True
            st.rerun()
        return find(*arguments)

    monkeypatch.setattr(fake, "detect", stop_at_the_third)
    page = upload(photos, *((f"{n}.png", blank_png(120 + n, 120)) for n in range(5)))
    assert "Stopped after 2 of 5 photos" in texts(page)
    assert len(rows(page)) == 2
    button(page, "Continue").click().run()
    assert len(rows(page)) == 5
    assert fake.calls == 5


# Settings: a change repeats only the work that it touches


def test_a_rerun_repeats_nothing(photos, detector, happy, decoded):
    fake = detector(0.95)
    page = upload(photos, ("a.png", blank_png()), ("b.png", blank_png(310)))
    work = len(decoded), fake.calls, happy.calls
    page.run()
    assert (len(decoded), fake.calls, happy.calls) == work


def test_another_threshold_detects_again_without_decoding(photos, detector, happy, decoded):
    fake = detector(0.95)
    page = upload(photos, ("a.png", blank_png()))
    decodings, detections = len(decoded), fake.calls
    page.slider(key="threshold").set_value(0.8).run()
    assert (len(decoded), fake.calls) == (decodings, detections + 1)
    page.slider(key="threshold").set_value(0.7).run()
    assert (len(decoded), fake.calls) == (decodings, detections + 1)


def test_another_model_classifies_again_without_decoding_or_detecting(photos, detector, happy, decoded, own_workspace):
    folder = own_workspace / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{}")
    fake = detector(0.95)
    page = upload(photos, ("a.png", blank_png()))
    decodings, detections, classifications = len(decoded), fake.calls, happy.calls
    page.selectbox(key="model").set_value("mine").run()
    assert not page.exception
    assert (len(decoded), fake.calls, happy.calls) == (decodings, detections, classifications + 1)


def test_settings_are_kept_on_the_way_to_home_and_back(photos):
    photos.slider(key="threshold").set_value(0.5).run()
    photos.selectbox(key="detector").set_value("haar").run()
    photos.switch_page("Home.py").run()
    photos.switch_page("pages/3_Predict.py").run()
    assert photos.slider(key="threshold").value == 0.5
    assert photos.selectbox(key="detector").value == "haar"


@pytest.mark.parametrize("name", ["yunet", "haar"])
def test_the_answers_are_the_librarys(photos, happy, name):
    photos.selectbox(key="detector").set_value(name).run()
    page = upload(photos, ("a.png", sample_png()), ("b.png", blank_png()))
    expected = len(ec.analyze(sample_png(), detector=name))
    assert rows(page)[0][1] == expected == 1


def test_a_broken_model_is_said_without_a_traceback(go_to, own_workspace):
    folder = own_workspace / "models" / "emotion-net"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{}")
    page = go_to("3_Predict.py").run()
    button(page, "Portrait").click().run()
    assert not page.exception
    assert page.error[0].value.startswith("The model emotion-net cannot be used: ")


# Downloads


def found(name: str, data: bytes, turns: int = 0) -> Found:
    probabilities = {emotion: 0.94 if emotion == "happy" else 0.01 for emotion in ec.EMOTIONS}
    face = ec.FaceResult(ec.Box(10, 10, 50, 50), 0.9, None, probabilities, "happy", 0.94, "emotion-net")
    return Photo(name, data, name), ec.PhotoResult(name, [face]), turns


def test_csv_is_read_by_excel_and_has_all_photos():
    results = [found("фото.png", blank_png())[1], ec.PhotoResult("bad.jpg", error="the file is empty")]
    data = csv_file(lambda file: write_csv(results, file))
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [(row["photo"], row["emotion"], row["error"]) for row in table] == [
        ("фото.png", "happy", ""),
        ("bad.jpg", "", "the file is empty"),
    ]


def test_json_has_all_photos():
    data = json_file(lambda file: write_json([found("фото.png", blank_png())[1]], file))
    assert [photo["photo"] for photo in json.loads(data)] == ["фото.png"]


def test_an_annotated_picture_has_the_photos_size_as_it_was_turned():
    assert ec.load_image(jpeg_of(*found("a.png", blank_png(600, 400)))).shape == (400, 600, 3)
    assert ec.load_image(jpeg_of(*found("a.png", blank_png(600, 400), turns=1))).shape == (600, 400, 3)


def test_the_zip_has_every_photo_with_faces():
    with zipfile.ZipFile(io.BytesIO(zip_of([found("a.png", blank_png()), found("a.png", blank_png())]))) as archive:
        assert archive.namelist() == ["a-annotated.jpg", "a-annotated-2.jpg"]


def test_the_lines_for_other_programs_have_the_settings_of_the_page(photos, monkeypatch):
    upload(photos, ("a.png", sample_png()))
    photos.slider(key="threshold").set_value(0.9).run()
    button(photos, "Use from a program").click().run()
    assert not photos.exception
    lines = "\n".join(code.value for code in photos.get("code"))
    assert "emotion serve" in lines and "http://127.0.0.1:8700/analyze?" in lines
    assert lines.count("threshold=0.9") == 3
    monkeypatch.setenv("EMOTION_DASHBOARD_API", "1")
    photos.run()
    button(photos, "Use from a program").click().run()
    lines = "\n".join(code.value for code in photos.get("code"))
    assert "emotion serve" not in lines and "/api/analyze?" in lines
