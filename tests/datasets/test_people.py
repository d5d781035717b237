"""Who a face is of."""

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.people import number_of_people, people_of, person_in, splits_by_person


@pytest.mark.parametrize(
    ("source", "person"),
    [
        ("AF01/AF01ANS.JPG", "F01"),
        ("KDEF/bm23hahl.jpg", "M23"),
        ("jaffe/KA.AN1.39.tiff", "KA"),
        ("jaffe/KA_AN1_39.png", "KA"),
        ("S005/001/S005_001_00000011.png", "S005"),
        ("1001_DFA_ANG_XX.jpg", "1001"),
        ("happy/1012_IEO_HAP_HI_3.png", "1012"),
        ("happy/subject-12/3.png", "SUBJECT-12"),
        ("Actor_01\\sad\\7.png", "ACTOR_01"),
        ("train/happy/im12.png", ""),
        ("images/00123.jpg", ""),
        ("fer2013.csv row 17", ""),
        ("subject.png", ""),
    ],
)
def test_a_person_is_named_by_the_picture_or_its_folder(source, person):
    assert person_in(source) == person


def test_what_the_table_says_counts_and_not_the_places():
    table = pd.DataFrame({"source": ["AF01ANS.JPG", "AF02ANS.JPG", "x"], "person": [" anna ", None, 7]})
    assert people_of(table).tolist() == ["anna", "", "7"]
    assert people_of(table.drop(columns="person")).tolist() == ["F01", "F02", ""]


def test_where_one_person_has_nearly_all_faces_somebody_is_left_to_train_on():
    people = np.array([f"p{n}" for n in range(12)] + ["p12"] * 900, dtype=object)
    splits = splits_by_person(people)
    assert splits is not None and "train" in splits
    assert splits_by_person(people[:9]) is None
    assert splits_by_person(np.append(people, "")) is None


def test_people_are_counted_only_where_it_is_known_of_each_face_who_it_is_of():
    table = pd.DataFrame({"source": ["AF01ANS.JPG", "AF02ANS.JPG"], "person": ["anna", "anna"]})
    assert number_of_people(table) == 1
    assert number_of_people(table.drop(columns="person")) == 2
    assert number_of_people(table.assign(person=["anna", ""])) is None
    assert number_of_people(table.assign(person="")) is None
    assert number_of_people(table[:0]) is None
