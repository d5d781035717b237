"""Pictures that are listed twice: two faces with boxes; without them the same once, and what contradicts is refused."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from tests.pictures import png


@pytest.fixture
def group(write_folders, drawn):
    """Write a table beside a photo of two faces next to each other, and two pictures more."""
    photo = np.hstack([np.pad(image, 10) for image in drawn.images[:2]])

    def write(text: str):
        return write_folders({"group.png": png(photo), **_more(drawn), "l.csv": text.encode()})

    return write


def _more(drawn) -> dict[str, bytes]:
    return {f"{n}.png": png(drawn.images[n]) for n in (2, 3)}


@pytest.mark.parametrize(
    "text",
    [
        "path,label,x,y,w,h\ngroup.png,happy,10,10,48,48\ngroup.png,sad,78,10,48,48",
        "image,emotion,face_x,face_y,face_width,face_height\ngroup.png,happy,10,10,48,48\ngroup.png,sad,78,10,48,48",
        "filename,width,height,class,xmin,ymin,xmax,ymax\n"
        "group.png,136,68,happy,10,10,58,58\ngroup.png,136,68,sad,78,10,126,58",
        'path,label,bbox\ngroup.png,happy,"[10, 10, 48, 48]"\ngroup.png,sad,"(78, 10, 48, 48)"',
        "path;label;x1;y1;x2;y2\ngroup.png;happy;10;10;58;58\ngroup.png;sad;78.0;10.0;126.0;58.0",
    ],
)
def test_boxes_in_a_table_give_the_faces_within_them(group, drawn, text):
    dataset = load_dataset(group(text))
    assert np.array_equal(dataset.images, drawn.images[:2])
    assert dataset.table["label"].tolist() == ["happy", "sad"]
    assert dataset.table["source"].tolist() == ["group.png", "group.png face 2"]


@pytest.mark.parametrize(
    ("box", "why"),
    [
        ("500,10,48,48", r"its box 500,10 48x48 lies outside the picture of 136x68"),
        ("10,10,0,48", r"its box '10 10 0 48' is none; needed are left, top, width, height in pixels"),
        ("10,10,nan,48", r"its box '10 10 nan 48' is none"),
        ("10,ten,48,48", r"its box '10 ten 48 48' is none"),
    ],
)
def test_a_box_that_is_none_is_a_bad_row(group, box, why):
    with pytest.raises(BadRowsError, match=rf"line 2 \({why}"):
        load_dataset(group(f"path,label,x,y,w,h\ngroup.png,happy,{box}"))


def test_a_box_that_reaches_over_the_edge_is_filled_with_it(group):
    (image,) = load_dataset(group("path,label,x,y,w,h\ngroup.png,happy,-20,0,60,60")).images
    assert (image[:, :10] == image[:, :1]).all()


def test_faces_with_boxes_are_not_looked_for_again(group):
    class Cropper:
        def shows_photos(self, pictures):
            return bool(list(pictures))

        def crop(self, picture, side):
            raise AssertionError("the face was cut out already")

    options = ReadOptions(cropper=Cropper())
    dataset, reading = in_memory(recognise(group("path,label,x,y,w,h\ngroup.png,sad,78,10,48,48")), options)
    assert len(dataset) == 1
    assert not reading.faces_cut_out


def test_without_boxes_and_with_other_labels_a_picture_listed_twice_is_refused_and_named(group):
    with pytest.raises(BadRowsError) as refused:
        load_dataset(group("path,label\n2.png,happy\n3.png,sad\n2.png,angry"))
    why = "2.png is listed as happy and as angry; without boxes one label can stand"
    assert refused.value.rows == [f"line 2 ({why})", f"line 4 ({why})"]


def test_so_is_one_box_with_two_labels(group):
    with pytest.raises(BadRowsError, match=r"group\.png is listed as happy and as sad; of one box one label can stand"):
        load_dataset(group("path,label,x,y,w,h\ngroup.png,happy,1,1,9,9\ngroup.png,sad,1,1,9,9"))


def test_so_is_a_picture_in_two_splits(group):
    with pytest.raises(BadRowsError, match=r"2\.png is listed in the splits train and test"):
        load_dataset(group("path,label,split\n2.png,happy,train\n2.png,happy,test"))


def test_the_same_again_is_one_face(group):
    assert len(load_dataset(group("path,label\n2.png,happy\n3.png,sad\n2.png,Happiness"))) == 2


def test_pictures_that_are_not_listed_are_counted_and_named(group):
    reading = in_memory(recognise(group("path,label\n3.png,sad")), ReadOptions())[1]
    assert (reading.unlabelled, reading.first_unlabelled) == (2, ["2.png", "group.png"])
