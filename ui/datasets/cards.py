"""Faces as the review shows them: each a card with the picture and all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import emotion_core as ec
from emotion_core.emotions import FERPLUS_VOTES, display_name
from emotion_core.inference import percent
from emotion_core.models import TRAINED, default_model
from ui.datasets.view import View, in_classes
from ui.shared import models
from ui.shared.media import data_uri

if TYPE_CHECKING:
    import numpy as np

#: Larger faces are reduced to this side for looking at them closely, in pixels.
LARGEST = 288
DUPLICATES_SHOWN = 12

Card = dict[str, Any]


def cards(shown: View, rows: Sequence[int]) -> list[Card]:
    """What is known of some faces, ready to be sent to the browser."""
    faces = shown.table.iloc[list(rows)].to_dict("records")
    predicted = _predictions(shown, rows)
    return [_card(shown, row, face, predicted.get(row)) for row, face in zip(rows, faces, strict=True)]


def _predictions(shown: View, rows: Sequence[int]) -> dict[int, np.ndarray]:
    """The model's probabilities of each face; nothing where the model cannot be used, which the page says elsewhere."""
    if not rows:
        return {}
    if shown.predictions is not None:
        return {row: shown.predictions[row] for row in rows}
    try:
        model = models.classifier(default_model()).under(TRAINED)
        found = in_classes(model.predict_proba(shown.images[list(rows)]), shown.description.classes)
        return {} if found is None else dict(zip(rows, found, strict=True))
    except ec.ModelError:
        return {}


def _card(shown: View, row: int, face: dict[str, Any], predicted: np.ndarray | None) -> Card:
    given = (face["given_label"], face["given_split"])
    return {
        "row": row,
        "picture": _picture(shown, row),
        "label": face["label"],
        "split": face["split"],
        "excluded": bool(face["excluded"]),
        "given": f"{display_name(given[0]).lower()}, {given[1]}",
        "lines": _lines(face),
        "opinions": _opinions(shown.description.classes, face, predicted),
        "issue": _issue(shown, face),
        "duplicates": _duplicates(shown, row, face),
    }


def _picture(shown: View, row: int) -> str:
    from emotion_core.visuals import sprite

    return data_uri(sprite([shown.images[row]], columns=1, largest=LARGEST))


def _lines(face: dict[str, Any]) -> list[str]:
    """Where the face comes from."""
    lines = [str(face["source"])]
    if face.get("group"):
        lines.append(f"Group: {face['group']}")
    if "width" in face:
        lines.append(f"{face['width']}x{face['height']} pixels originally")
    return lines


def _opinions(classes: Sequence[str], face: dict[str, Any], predicted: np.ndarray | None) -> list[dict[str, Any]]:
    """What the model and the annotators say, a line a label that either names."""
    votes = {name: int(face.get(f"votes_{name}", 0)) for name in FERPLUS_VOTES}
    total = sum(votes.values())
    says = {} if predicted is None else dict(zip(classes, map(float, predicted), strict=True))
    names = [*classes, *(name for name in FERPLUS_VOTES if name not in classes and votes[name])]
    if not total and not says:
        return []
    return [
        {
            "name": display_name(name),
            "model": says.get(name),
            "percent": percent(says[name]) if says.get(name, 0) >= 0.005 else "",
            "votes": votes.get(name, 0) if total else None,
            "of": total,
        }
        for name in names
    ]


def _issue(shown: View, face: dict[str, Any]) -> str:
    score = face["label_issue_score"]
    if not shown.predicted or score != score:
        return ""
    likely = "a likely label issue" if face["label_issue"] else "no label issue"
    return f"By the model's predictions this is {likely} (score {percent(score)})."


def _duplicates(shown: View, row: int, face: dict[str, Any]) -> dict[str, Any]:
    """The faces that are duplicates or near-duplicates of it."""
    group = face["near_duplicates"]
    kind = "Duplicates and near-duplicates" if shown.examined else "Exact duplicates"
    if group < 0:
        return {"title": "", "faces": []}
    alike = shown.table["near_duplicates"].to_numpy() == group
    others = [int(other) for other in alike.nonzero()[0] if other != row]
    more = f", {DUPLICATES_SHOWN} of {len(others):,}" if len(others) > DUPLICATES_SHOWN else ""
    rows = others[:DUPLICATES_SHOWN]
    found = shown.table.iloc[rows].to_dict("records")
    return {
        "title": kind + more,
        "faces": [
            {
                "row": other,
                "picture": _picture(shown, other),
                "label": display_name(one["label"]),
                "split": one["split"],
                "other": one["label"] != face["label"],
            }
            for other, one in zip(rows, found, strict=True)
        ],
    }
