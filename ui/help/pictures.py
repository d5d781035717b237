"""Pictures that explain pages, made when asked for: of drawn faces, the sample portrait and models' cards."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from emotion_core.emotions import EMOTIONS

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go

#: The side of a face in these pictures, in pixels.
SIDE = 112


def drawn(labels: tuple[str, ...], columns: int) -> np.ndarray:
    """One drawn face for each label, in rows."""
    from emotion_core.datasets import synthetic_faces
    from emotion_core.visuals import sprite

    faces = synthetic_faces(5 * len(EMOTIONS), seed=4, size=SIDE)
    left = {label: [image for image, one in zip(faces.images, faces.table["label"], strict=True) if one == label]
            for label in set(labels)}  # fmt: skip
    return sprite([left[label].pop() for label in labels], columns, SIDE)


def seven_expressions() -> np.ndarray:
    """A drawn face of each of the seven emotions, in their order."""
    return drawn(EMOTIONS, len(EMOTIONS))


def two_classes() -> np.ndarray:
    """Four drawn faces of each of two classes, a row a class."""
    return drawn(("happy",) * 4 + ("surprised",) * 4, 4)


def from_picture_to_crop() -> np.ndarray:
    """The sample portrait with its face marked, and beside it what the network sees of it: RGBA, clear between them."""
    import numpy as np

    from emotion_core.faces import face_crop
    from emotion_core.images import load_image
    from emotion_core.inference import AnalysisSettings, find_faces
    from emotion_core.visuals import enlarged
    from ui.photos.samples import sample_photo

    image = load_image(sample_photo().data)
    face = find_faces(image, AnalysisSettings())[0]
    left, top, right, bottom = (
        round(edge) for edge in (face.box.x, face.box.y, face.box.x + face.box.width, face.box.y + face.box.height)
    )
    marked = image.copy()
    marked[top - 4 : bottom + 4, left - 4 : right + 4] = (0, 158, 115)
    marked[top:bottom, left:right] = image[top:bottom, left:right]
    crop = enlarged(face_crop(image, face, 48), 8)[:, :, :1].repeat(3, axis=2)
    low, apart = (len(image) - len(crop)) // 2, 24
    picture = np.zeros((len(image), marked.shape[1] + apart + crop.shape[1], 4), np.uint8)
    for part, top, left in ((marked, 0, 0), (crop, low, marked.shape[1] + apart)):
        place = picture[top : top + part.shape[0], left : left + part.shape[1]]
        place[:, :, :3], place[:, :, 3] = part, 255
    return picture


def moments() -> np.ndarray:
    """The sample portrait at five moments of the sample clip, whose smile goes and comes back."""
    import numpy as np

    from emotion_core.images import load_image
    from ui.photos.samples import sample_photo
    from ui.video.sample import SECONDS, frame_at

    portrait = load_image(sample_photo().data)
    return np.concatenate([frame_at(portrait, share * SECONDS)[60:320, 60:320] for share in (0, 0.25, 0.5, 0.75, 1)], 1)


def over_fitting() -> go.Figure:
    """Curves of a network that begins to learn its training faces by heart, as they look."""
    from emotion_core.visuals import training_panels

    rows = [
        {
            "epoch": epoch,
            "loss": 1.9 * math.exp(-epoch / 6) + 0.1,
            "val_loss": 1.9 * math.exp(-epoch / 6) + 0.3 + 0.004 * max(0, epoch - 6) ** 1.6,
            "accuracy": 0.98 - 0.8 * math.exp(-epoch / 6),
            "val_accuracy": 0.7 - 0.5 * math.exp(-epoch / 4) - 0.0006 * max(0, epoch - 9) ** 2,
        }
        for epoch in range(1, 21)
    ]
    return training_panels(rows, best_epoch=9)


def models_beside_each_other() -> go.Figure:
    """How well each model that ships recalls each emotion, by its card."""
    from emotion_core.models import model_folder, read_card
    from emotion_core.visuals import recalls_of_models
    from ui.shared import access

    cards = [read_card(model_folder(name)) for name in access.model_names()]
    return recalls_of_models({card.name: card.measurements[0].recall for card in cards if card.measurements})
