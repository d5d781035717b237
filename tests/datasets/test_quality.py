"""What is wrong is found: in small sets where it was put, and in FER-2013 where it is known to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import NONE
from emotion_core.datasets.quality import empty_images, examine
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.datasets.votes import COLUMNS
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES


def made_of(images, labels, splits) -> Dataset:
    table = pd.DataFrame({"label": labels, "split": splits})
    return Dataset(np.array(images), table.assign(source=[str(row) for row in range(len(table))]))


@pytest.fixture(scope="module")
def faces():
    """Four drawn faces of different people; not to be changed."""
    return synthetic_faces(40, seed=9).images[[0, 11, 22, 33]]


class TestIdentical:
    @pytest.fixture
    def report(self, faces):
        a, b, c, d = faces
        labels = ["happy", "sad", "happy", "sad", "fearful", "angry"]
        splits = ["train", "train", "test", "validation", "train", "validation"]
        return examine(made_of([a, b, a, c, b, d], labels, splits))

    def test_groups(self, report):
        groups = report.table["duplicates"].tolist()
        assert groups[0] == groups[2] != groups[1] == groups[4]
        assert groups[3] == groups[5] == NONE

    def test_across_splits(self, report):
        assert report.table["in_training"].tolist() == [False, False, True, False, False, False]
        assert report.summary.in_training == {"validation": 0, "test": 1}

    def test_contradictions(self, report):
        assert report.table["contradictory"].tolist() == [False, True, False, False, True, False]
        assert report.summary.contradictory_groups == 1

    def test_figures(self, report):
        assert (report.summary.faces, report.summary.identical, report.summary.identical_groups) == (6, 4, 2)
        assert report.summary.label_issues is None


class TestExcluded:
    """Excluded faces are in the table, but in no group and no figure."""

    @pytest.fixture
    def dataset(self, faces):
        a, b, _, _ = faces
        brighter = np.clip(a.astype(int) + 6, 0, 255).astype(np.uint8)
        empty = np.zeros_like(a)
        labels = ["happy", "sad", "happy", "sad", "sad"]
        return made_of([a, a, brighter, b, empty], labels, ["train", "test", "test", "train", "train"])

    def without(self, dataset, *rows):
        excluded = np.isin(np.arange(len(dataset)), rows)
        return examine(Dataset(dataset.images, dataset.table.assign(excluded=excluded)))

    def test_without_any_all_is_as_before(self, dataset):
        plain, same = examine(dataset), self.without(dataset)
        pd.testing.assert_frame_equal(plain.table, same.table)
        assert plain.summary == same.summary
        assert plain.summary.in_training == {"test": 1}

    def test_an_excluded_training_face_is_in_training_no_more(self, dataset):
        report = self.without(dataset, 0)
        assert report.summary.in_training == report.summary.near_in_training == {"test": 0}
        assert (report.summary.faces, report.summary.identical) == (4, 0)
        assert report.table["duplicates"].tolist() == [NONE] * 5
        assert report.table["near_duplicates"].tolist() == [NONE, 0, 0, NONE, NONE]

    def test_an_excluded_test_face_is_no_finding(self, dataset):
        report = self.without(dataset, 1, 2)
        assert not report.table[["in_training", "near_in_training", "contradictory"]].to_numpy().any()
        assert report.summary.near_pairs == 0

    def test_an_excluded_empty_picture(self, dataset):
        assert self.without(dataset).summary.empty == 1
        assert self.without(dataset, 4).summary.empty == 0

    def test_an_excluded_label_is_no_issue(self, dataset):
        predictions = np.full((5, 7), 0.01) + 0.93 * np.eye(7)[[3, 3, 3, 3, 3]]
        excluded = np.array([False, True, False, False, False])
        report = examine(Dataset(dataset.images, dataset.table.assign(excluded=excluded)), predictions)
        assert np.isnan(report.table["label_issue_score"][1])
        assert not report.table["label_issue"][1]


class TestNear:
    def test_they_join_the_identical(self, faces):
        brighter = np.clip(faces[0].astype(int) + 6, 0, 255).astype(np.uint8)
        images = [faces[0], brighter, faces[0], faces[1]]
        table = examine(made_of(images, ["sad"] * 4, ["train", "test", "test", "test"])).table
        assert table["near_duplicates"].tolist() == [0, 0, 0, NONE]
        assert table["in_training"].tolist() == [False, False, True, False]
        assert table["near_in_training"].tolist() == [False, True, True, False]


class TestEmpty:
    def test_of_one_grey_or_almost(self):
        images = np.full((3, 8, 8), 100, np.uint8)
        images[1, 0, 0] = 105
        images[2, 0, 0] = 140
        assert empty_images(images).tolist() == [True, True, False]

    def test_of_one_colour(self):
        images = np.full((2, 8, 8, 3), (250, 10, 90), np.uint8)
        images[1, 0, 0] = 90
        assert empty_images(images).tolist() == [True, False]

    def test_nothing_but_empty_ones(self):
        report = examine(made_of(np.zeros((3, 16, 16), np.uint8), ["sad"] * 3, ["train"] * 3))
        assert (report.summary.empty, report.summary.near_pairs, report.summary.identical) == (3, 0, 3)


class TestVotes:
    def test_agreement_and_majority(self, faces):
        dataset = made_of(faces, ["happy", "happy", "contempt", "sad"], ["train"] * 4)
        votes = pd.DataFrame(0, index=range(4), columns=list(COLUMNS))
        votes.loc[0, "votes_happy"] = 10
        votes.loc[1, ["votes_happy", "votes_sad"]] = [3, 7]
        votes.loc[2, ["votes_contempt", "votes_sad"]] = [5, 5]
        report = examine(Dataset(dataset.images, pd.concat([dataset.table, votes], axis=1)))
        assert report.table["agreement"].tolist()[:3] == [1.0, 0.3, 0.5]
        assert np.isnan(report.table["agreement"][3])
        assert report.table["majority"].tolist() == ["happy", "sad", "", ""]
        summary = report.summary
        assert (summary.with_votes, summary.with_majority, summary.against_majority) == (3, 2, 1)
        assert "labels against a clear majority of the annotators: 1 of 2 (50.0 %)" in summary.in_words()
        assert len(FERPLUS_VOTES) == len(COLUMNS)

    def test_without_any(self, faces):
        report = examine(made_of(faces, ["happy"] * 4, ["train"] * 4))
        assert report.table["agreement"].isna().all()
        assert report.summary.mean_agreement is None


class TestLabelIssues:
    def test_labels_that_a_sure_model_contradicts(self):
        dataset = synthetic_faces(210, seed=3)
        numbers = np.array([EMOTIONS.index(label) for label in dataset.table["label"]])
        predictions = np.full((210, 7), 0.02)
        predictions[np.arange(210), numbers] = 0.88
        wrong = [5, 50, 150]
        table = dataset.table.copy()
        table.loc[wrong, "label"] = [EMOTIONS[(numbers[row] + 1) % 7] for row in wrong]
        table.loc[7, "label"] = "contempt"
        report = examine(Dataset(dataset.images, table), predictions)
        assert np.flatnonzero(report.table["label_issue"]).tolist() == wrong
        assert report.table["label_issue_score"].nlargest(3).index.sort_values().tolist() == wrong
        assert np.isnan(report.table["label_issue_score"][7])
        assert report.summary.label_issues == 3


def test_progress_ends_at_1(faces):
    shares: list[float] = []
    examine(made_of(faces, ["happy"] * 4, ["train"] * 4), progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0


@pytest.mark.timeout(600)
def test_what_is_known_of_the_real_one(fer2013_folder):
    from emotion_core.datasets.readers.formats import load_dataset

    report = examine(load_dataset(fer2013_folder))
    if not report.summary.faces >= 32_000:
        pytest.skip("the training faces are not there")
    assert 277 <= report.summary.in_training["validation"] <= 290
    assert report.summary.contradictory_groups >= 40
    assert report.summary.against_majority / report.summary.with_majority == pytest.approx(0.32, abs=0.02)
