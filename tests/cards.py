"""Cards of copied models, changed as nobody but a test does: without the sum, which would no longer be theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from emotion_core.models.card import CARD_FILE


def change_card(folder: Path, **changes: Any) -> None:
    """Write the card in a model's folder anew with other fields."""
    path = folder / CARD_FILE
    card = json.loads(path.read_text("utf-8"))
    card.pop("checksum", None)
    path.write_text(json.dumps({**card, **changes}), "utf-8")
