"""What is learned from and judged by, on the device where networks compute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from emotion_core.emotions import EMOTIONS
from emotion_core.shipping.gpu_job.sheets import PUBLIC_TEST, SIDE, TARGETS, TRAINING, WIDE, read_sheet
from emotion_core.shipping.gpu_job.variation import varied

#: Faces a batch; where teachers teach, half of them are without labels.
BATCH = 512


class Faces:
    """What is learned from and judged by, on the device where networks compute."""

    def __init__(self, pack: Path, limit: int | None, device: Any):
        stored = np.load(pack / TARGETS)
        border = (WIDE - SIDE) // 2
        training = read_sheet(pack / TRAINING, SIDE)[: len(stored["training_own"])][:limit]
        training = np.pad(training, ((0, 0), (border, border), (border, border)), mode="reflect")
        sheets = [read_sheet(path, WIDE) for path in sorted(pack.glob("faces-*.jpg"))]
        others = np.concatenate(sheets)[: int(stored["unlabelled"])][:limit]
        shares, usable = stored["training_shares"][:limit], stored["training_usable"][:limit]
        own = np.eye(len(EMOTIONS), dtype=np.float32)[stored["training_own"][:limit]]

        def placed(array: np.ndarray) -> Any:
            return torch.from_numpy(np.ascontiguousarray(array)).to(device)

        self.device, self.size = device, BATCH if limit is None else max(8, min(BATCH, limit // 8))
        self.training, self.others = placed(training), placed(others)
        self.targets = placed(np.stack([shares, 0.95 * own + 0.05 / len(EMOTIONS)], axis=1))
        self.usable = placed(np.stack([usable, np.ones(len(own))], axis=1).astype(np.float32))
        #: The shares of the emotions under which each answer is learned.
        self.priors = np.stack([shares[usable].mean(axis=0), own.mean(axis=0)]).clip(1e-3)
        self.log_priors = placed(np.log(self.priors).astype(np.float32))
        self.test = placed(read_sheet(pack / PUBLIC_TEST, SIDE)[: len(stored["publictest_own"])][:limit])
        self.majority = stored["publictest_majority"][:limit]
        self.test_own = stored["publictest_own"][:limit]
        self.chances = torch.ones(len(others), device=device)

    def sample_by(self, answers: Any) -> None:
        """From now on draw faces without labels by what teachers answer: the rare and the certain more often."""
        certain = answers**1.5
        mass = certain.sum(dim=0).clamp_min(1e-3)
        self.chances = (certain / mass * mass.sqrt() / mass.sqrt().sum()).sum(dim=1)

    def batch(self, unlabelled: bool) -> tuple[Any, Any]:
        """Varied faces, the labelled ones first, and these ones' rows."""
        count = self.size // 2 if unlabelled else self.size
        rows = torch.randint(len(self.training), (count,), device=self.device)
        pixels = self.training[rows]
        if unlabelled:
            drawn = torch.multinomial(self.chances, self.size - count, replacement=True)
            pixels = torch.cat([pixels, self.others[drawn]])
        return varied(pixels), rows
