"""The pages as the menu and Home show them, and as pages link to each other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page as the menu and Home show it.

    Attributes:
        path: its file.
        title: its name in the menu.
        icon: a Material symbol.
        promise: what one does there.
    """

    path: str
    title: str
    icon: str
    promise: str


DATASETS = Page(
    "pages/1_Dataset.py",
    "Data sets",
    ":material/photo_library:",
    "Import faces, see what is in them, and correct their labels.",
)
TRAIN = Page(
    "pages/2_Train.py",
    "Train",
    ":material/model_training:",
    "Train a network on your faces and watch it learn.",
)
PHOTOS = Page(
    "pages/3_Predict.py",
    "Photos",
    ":material/add_a_photo:",
    "Drop in your pictures and see how the faces in them look.",
)
VIDEO = Page(
    "pages/8_Video.py",
    "Video",
    ":material/movie:",
    "Open a recording and see how each face's expression changes.",
)
WEBCAM = Page(
    "pages/4_Webcam.py",
    "Webcam",
    ":material/videocam:",
    "Watch how faces in front of your camera look, now and over time.",
)
TEACH = Page(
    "pages/7_Teach.py",
    "Teach",
    ":material/school:",
    "Teach it your own expressions from a few faces in front of your camera.",
)
EVALUATE = Page(
    "pages/5_Evaluate.py",
    "Evaluate",
    ":material/fact_check:",
    "See how good a model is, where it is weak, and which of two is better.",
)

MODELS = Page(
    "pages/6_Models.py",
    "Models",
    ":material/deployed_code:",
    "Read and compare model cards, import a model, and choose the default.",
)

#: In the session: the data set that was looked at last, on whatever page.
LOOKED_AT = "data set looked at"

#: In the order of the menu. A new page is one more, and its state one more line in ui/home/view.py.
PAGES = (DATASETS, TRAIN, PHOTOS, VIDEO, WEBCAM, TEACH, EVALUATE, MODELS)
