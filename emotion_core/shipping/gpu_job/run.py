"""All stages of the job, one after the other, within the minutes that there are."""

from __future__ import annotations

import json
import time

import torch

from emotion_core.shipping.gpu_job.answers import answers_of, judged
from emotion_core.shipping.gpu_job.faces import Faces
from emotion_core.shipping.gpu_job.learning import learned
from emotion_core.shipping.gpu_job.log import say
from emotion_core.shipping.gpu_job.networks import Network
from emotion_core.shipping.gpu_job.stages import STAGES, TEACHERS, Folders
from emotion_core.shipping.gpu_job.weights import write_weights

#: For judging and writing.
SPARE_SECONDS = 15


def run(folders: Folders, minutes: float, limit: int | None, seed: int) -> None:
    """Train what `STAGES` says, write the weights of what ships, and say how good each network is."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(seed)
    out = folders.out
    for folder in (out, folders.work):
        folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    faces = Faces(folders.pack, limit, device)
    say(out, f"{device}, {len(faces.training)} labelled and {len(faces.others)} other faces, {minutes:g} minutes")
    budget = minutes * 60 - (time.monotonic() - begun) - SPARE_SECONDS
    networks: dict[str, Network] = {}
    figures = {}
    for stage in STAGES:
        teachers = [networks[name] for name in stage.teachers]
        if teachers:
            faces.sample_by(answers_of(teachers, faces))
        networks[stage.name] = network = learned(stage, teachers, faces, folders, budget * stage.share)
        figures[stage.name] = judged([network], faces)
        say(out, f"{stage.name}: {json.dumps(figures[stage.name])}")
        if stage.teachers:
            write_weights(out / f"{stage.name}.npz", network, stage.head, faces.priors[stage.head])
    figures["teachers together"] = judged([networks[name] for name in TEACHERS], faces)
    say(out, f"teachers together: {json.dumps(figures['teachers together'])}")
    (out / "figures.json").write_text(json.dumps(figures, indent=1))
