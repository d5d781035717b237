"""Home and the photo page in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import emotion_core as ec
from tests.e2e.conftest import Dashboard, downloaded, settled
from tests.waiting import PATIENCE
from ui.photos.samples import sample_photo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

expect.set_options(timeout=PATIENCE * 1000)

ANSWER = re.compile(r"^(Looks \w+, \d+ %|Uncertain: \w+ or \w+)$")


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """The sample, the sample twice beside itself, a wall, a crop of 48x48, a text and nothing, as files."""
    folder = tmp_path_factory.mktemp("photos")
    sample = Image.open(io.BytesIO(sample_photo().data))
    twins = Image.new("RGB", (2 * sample.width, sample.height))
    twins.paste(sample, (0, 0))
    twins.paste(sample, (sample.width, 0))
    pictures = {
        "портрет.png": sample,
        "twins.jpg": twins,
        "wall.png": Image.new("RGB", (400, 300), "grey"),
        "crop.png": sample.crop((165, 70, 295, 200)).resize((48, 48)).convert("L"),
    }
    for name, picture in pictures.items():
        picture.save(folder / name)
    (folder / "text.jpg").write_text("this is no picture")
    (folder / "empty.jpg").touch()
    return {path.name: path for path in folder.iterdir()}


def upload(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files(list(paths))


def answer(page: Page):
    return page.get_by_role("heading", name=ANSWER)


def test_home_shows_the_sample_and_leads_to_the_photo_page(page: Page, dashboard: Dashboard):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(dashboard.address)
    expect(answer(page)).to_be_visible()
    expect(page.get_by_alt_text("astronaut.png with a box around each face")).to_be_visible()
    page.get_by_test_id("stMain").get_by_role("link", name="Photos").click()
    expect(page.get_by_role("button", name="Portrait")).to_be_visible()
    ours = (dashboard.address, dashboard.address.replace("http", "ws", 1), "data:", "blob:")
    assert [url for url in asked if not url.startswith(ours)] == []


def test_the_sample_is_analysed_at_a_click(photo_page: Page):
    photo_page.get_by_role("button", name="Portrait").click()
    expect(answer(photo_page)).to_be_visible()
    expect(photo_page.get_by_alt_text("The face as the network sees it")).to_be_visible()


def test_an_upload_shows_its_faces_and_the_chosen_one(photo_page: Page, files):
    upload(photo_page, files["twins.jpg"])
    expect(photo_page.get_by_role("radiogroup", name="2 faces")).to_be_visible()
    photo_page.get_by_role("radio", name=re.compile("^2 ")).click()
    expect(photo_page.get_by_text("Face 2 of 2")).to_be_visible()
    photo_page.keyboard.press("ArrowRight")
    expect(photo_page.get_by_text("Face 1 of 2")).to_be_visible()
    photo_page.locator(".face").nth(1).click()
    expect(photo_page.get_by_text("Face 2 of 2")).to_be_visible()
    expect(answer(photo_page)).to_be_visible()


def test_a_crop_of_48_pixels_is_one_face(photo_page: Page, files):
    upload(photo_page, files["crop.png"])
    expect(answer(photo_page)).to_be_visible()
    expect(photo_page.get_by_text("the face is 48 pixels high")).to_be_visible()


def test_without_a_face_the_whole_picture_can_be_taken(photo_page: Page, files):
    upload(photo_page, files["wall.png"])
    expect(photo_page.get_by_role("heading", name="No face found")).to_be_visible()
    photo_page.get_by_role("button", name="Treat the whole picture as one face").click()
    expect(answer(photo_page)).to_be_visible()


def test_the_mix_of_expressions_is_set_and_named_in_the_file(photo_page: Page, files):
    upload(photo_page, files["crop.png"])
    expect(answer(photo_page)).to_be_visible()
    (face,) = json.loads(downloaded(photo_page, "JSON")[1])[0]["faces"]
    assert face["prior"] == "balanced"
    photo_page.get_by_text("Settings", exact=True).click()
    settled(photo_page)
    photo_page.get_by_text("My own shares").click()
    slider = photo_page.get_by_role("slider", name="Happy")
    slider.focus()
    slider.press("End")
    expect(slider).to_have_value("100")
    expect(photo_page.get_by_role("button", name="JSON", exact=True)).to_be_enabled()
    expect(answer(photo_page)).to_be_visible()
    (own,) = json.loads(downloaded(photo_page, "JSON")[1])[0]["faces"]
    assert "happy=0.5435" in own["prior"]  # 100 of 184
    assert own["probabilities"]["happy"] > face["probabilities"]["happy"]


def test_a_bad_file_is_named_and_the_page_goes_on(photo_page: Page, files):
    upload(photo_page, files["text.jpg"])
    expect(photo_page.get_by_text("text.jpg cannot be used: this is not a picture")).to_be_visible()
    upload(photo_page, files["портрет.png"])
    expect(photo_page.get_by_text("1 face in 2 photos")).to_be_visible()


def test_several_photos_are_taken_away_as_csv_json_and_pictures(photo_page: Page, files):
    upload(photo_page, *(files[name] for name in ("портрет.png", "twins.jpg", "wall.png", "empty.jpg")))
    expect(photo_page.get_by_text("3 faces in 4 photos")).to_be_visible()
    expect(photo_page.get_by_text("1 file could not be used")).to_be_visible()
    expect(photo_page.get_by_test_id("stDataFrame")).to_be_visible()

    name, data = downloaded(photo_page, "CSV")
    assert name == "expressions.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [(row["photo"], row["error"]) for row in rows] == [
        ("портрет.png", ""),
        ("twins.jpg", ""),
        ("twins.jpg", ""),
        ("wall.png", "no face found"),
        ("empty.jpg", "the file is empty"),
    ]
    assert sum(float(rows[0][emotion]) for emotion in ec.EMOTIONS) == pytest.approx(1, abs=0.001)

    name, data = downloaded(photo_page, "JSON")
    assert name == "expressions.json"
    assert [len(photo["faces"]) for photo in json.loads(data)] == [1, 2, 0, 0]

    name, data = downloaded(photo_page, "Annotated pictures")
    assert name == "annotated.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["портрет-annotated.jpg", "twins-annotated.jpg"]
        assert ec.load_image(archive.read("twins-annotated.jpg")).shape == (512, 1024, 3)


def test_one_photo_is_taken_away_as_a_picture(photo_page: Page, files):
    upload(photo_page, files["портрет.png"])
    expect(answer(photo_page)).to_be_visible()
    name, data = downloaded(photo_page, "Annotated picture")
    assert name == "портрет-annotated.jpg"
    assert ec.load_image(data).shape == (512, 512, 3)


def test_a_row_of_the_table_opens_its_photo(photo_page: Page, files):
    upload(photo_page, files["портрет.png"], files["wall.png"])
    expect(photo_page.get_by_role("heading", name="портрет.png")).to_be_visible()
    # The table is drawn on a canvas: its second row lies below the heading and a row of 56 pixels.
    photo_page.get_by_test_id("stDataFrame").click(position={"x": 20, "y": 35 + 56 + 28})
    expect(photo_page.get_by_role("heading", name="wall.png")).to_be_visible()
    expect(photo_page.get_by_role("heading", name="No face found")).to_be_visible()


def test_photos_stay_while_one_looks_at_another_page_until_they_are_cleared(photo_page: Page, files):
    upload(photo_page, files["портрет.png"], files["wall.png"])
    expect(photo_page.get_by_text("1 face in 2 photos")).to_be_visible()
    photo_page.get_by_role("link", name="Home").first.click()
    expect(photo_page.get_by_role("heading", name="Emotion dashboard")).to_be_visible()
    photo_page.get_by_role("link", name="Photos").first.click()
    expect(photo_page.get_by_text("1 face in 2 photos")).to_be_visible()
    photo_page.get_by_role("button", name="Clear all").click()
    expect(photo_page.get_by_text("1 face in 2 photos")).to_have_count(0)
    expect(photo_page.get_by_role("button", name="Clear all")).to_have_count(0)


def test_who_loads_the_page_anew_is_told_that_the_pictures_are_gone(photo_page: Page, files):
    lost = photo_page.get_by_text("your pictures are not here any more")
    upload(photo_page, files["портрет.png"])
    expect(answer(photo_page)).to_be_visible()
    photo_page.reload()
    expect(lost).to_be_visible()
    upload(photo_page, files["портрет.png"])
    expect(answer(photo_page)).to_be_visible()
    photo_page.get_by_role("button", name="Clear all").click()
    expect(answer(photo_page)).to_have_count(0)
    photo_page.reload()
    photo_page.get_by_role("button", name="Portrait").wait_for()
    settled(photo_page)
    expect(lost).to_have_count(0)


def test_nothing_that_is_uploaded_is_written_to_disk(photo_page: Page, files, dashboard: Dashboard):
    upload(photo_page, files["портрет.png"], files["twins.jpg"])
    expect(photo_page.get_by_text("3 faces in 2 photos")).to_be_visible()
    downloaded(photo_page, "Annotated pictures")
    assert [path for path in dashboard.scratch.rglob("*") if path.is_file()] == []


def test_the_page_fits_a_phone(photo_page: Page, files):
    photo_page.set_viewport_size({"width": 390, "height": 844})
    upload(photo_page, files["twins.jpg"])
    expect(answer(photo_page)).to_be_visible()
    sizes = "() => [document.documentElement.scrollWidth, window.innerWidth]"
    content, window = photo_page.evaluate(sizes)
    assert content <= window
