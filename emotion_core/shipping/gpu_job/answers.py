"""What networks answer: as teachers to those who learn, and on PublicTest to be judged by."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from emotion_core.emotions import EMOTIONS
from emotion_core.shipping.gpu_job.faces import Faces
from emotion_core.shipping.gpu_job.networks import Network
from emotion_core.shipping.gpu_job.sheets import SIDE, WIDE


def teachers_answers(teachers: list[Network], seen: Any, mirrored: bool = False) -> Any:
    """(N, 2, 7): the geometric mean of what teachers answer to these very pixels, and to their mirror image too."""
    views = [seen, seen.flip(3)] if mirrored else [seen]
    with torch.no_grad(), torch.autocast(seen.device.type, torch.bfloat16):
        answers = [teacher(view).float().log_softmax(dim=-1) for teacher in teachers for view in views]
    return torch.stack(answers).mean(dim=0).softmax(dim=-1)


def answers_of(teachers: list[Network], faces: Faces) -> Any:
    """(N, 7): what teachers answer, by votes, to the faces without labels, cut as in use."""
    border = (WIDE - SIDE) // 2
    parts = faces.others[:, border:-border, border:-border].split(1024)
    return torch.cat([teachers_answers(teachers, as_seen(part), mirrored=True)[:, 0] for part in parts])


def as_seen(pixels: Any) -> Any:
    """(N, 48, 48) uint8 as networks take them."""
    return (pixels[:, None].float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def judged(networks: list[Network], faces: Faces) -> dict[str, float]:
    """Percent right on PublicTest with the mirror image: by the majority and by FER-2013's labels, mean recall too."""
    parts = [teachers_answers(networks, as_seen(part), mirrored=True) for part in faces.test.split(1024)]
    logits = torch.cat(parts).log().cpu().numpy()
    figures = {}
    for head, (name, labels) in enumerate((("majority", faces.majority), ("labels", faces.test_own))):
        known = labels >= 0
        for mix, prior in (("trained", faces.priors[head]), ("balanced", np.ones(len(EMOTIONS)))):
            right = (logits[:, head] + np.log(prior)).argmax(axis=1) == labels
            recalls = [right[labels == label].mean() for label in range(len(EMOTIONS)) if (labels == label).any()]
            figures[f"{name}, {mix}"] = round(100 * float(right[known].mean()), 2)
            figures[f"{name}, {mix}, mean recall"] = round(100 * float(np.mean(recalls)), 2)
    return figures
