"""One network's training: steps until its share of the time is used up, kept so that it can go on after a stop."""

from __future__ import annotations

import math
import os
import time
from typing import Any

import torch
from torch import nn

from emotion_core.shipping.gpu_job.answers import teachers_answers
from emotion_core.shipping.gpu_job.faces import Faces
from emotion_core.shipping.gpu_job.log import say
from emotion_core.shipping.gpu_job.networks import NETWORKS, Network
from emotion_core.shipping.gpu_job.stages import Folders, Stage
from emotion_core.shipping.gpu_job.weights import take_weights

#: The steps are smaller for a network that begins with weights that have learned already.
RATE, GENTLE_RATE, WEIGHT_DECAY, MEAN_KEEPS = 0.12, 0.05, 5e-4, 0.999
CHECKPOINT_SECONDS, TOLD_EVERY = 60, 100


class Learning:
    """A network that learns, with all that is needed to go on after a stop."""

    def __init__(self, stage: Stage, faces: Faces, folders: Folders):
        self.stage, self.faces, self.path = stage, faces, folders.work / f"{stage.name}.pt"
        self.network = NETWORKS[stage.network]().to(faces.device, memory_format=torch.channels_last)
        start = folders.begun_with(stage)
        self.rate = GENTLE_RATE if start else RATE
        if start:
            take_weights(start, self.network, stage.head)
        weights = list(self.network.parameters())
        groups = [
            {"params": [weight for weight in weights if weight.ndim > 1], "weight_decay": WEIGHT_DECAY},
            {"params": [weight for weight in weights if weight.ndim <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.SGD(groups, lr=self.rate, momentum=0.9, nesterov=True)
        self.mean = [weight.detach().clone() for weight in weights]
        self.step, self.spent = 0, 0.0
        if self.path.exists():
            self._restore(torch.load(self.path, map_location=faces.device))

    def _restore(self, kept: dict[str, Any]) -> None:
        self.network.load_state_dict(kept["network"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.mean, self.step, self.spent = kept["mean"], kept["step"], kept["spent"]

    def save(self) -> None:
        """All that is needed to go on, in one file that is never half written."""
        kept = {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict(), "mean": self.mean}
        torch.save({**kept, "step": self.step, "spent": self.spent}, self.path.with_suffix(".new"))
        os.replace(self.path.with_suffix(".new"), self.path)

    def learn(self, teachers: list[Network], seconds: float) -> Any:
        """One step on one batch, at the rate that belongs to how much of the time is spent; its loss."""
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, self.spent / seconds)))
        rate = self.rate * min(1.0, (self.step + 1) / 200) * cosine
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        seen, rows = self.faces.batch(unlabelled=bool(teachers))
        taught = teachers_answers(teachers, seen) if teachers else None
        self.network.train()
        with torch.autocast(self.faces.device.type, torch.bfloat16):
            logits = self.network(seen)
        loss = loss_of(logits.float(), taught, self.faces, rows, self.stage)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.step += 1
        kept = min(MEAN_KEEPS, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self.mean, [weight.detach() for weight in self.network.parameters()], 1 - kept)
        return loss.detach()


def learned(stage: Stage, teachers: list[Network], faces: Faces, folders: Folders, seconds: float) -> Network:
    """The network of a stage, its weights being their running mean, after so many seconds of learning."""
    learning, out = Learning(stage, faces, folders), folders.out
    begun, saved, first = time.monotonic() - learning.spent, time.monotonic(), learning.step
    say(out, f"{stage.name}: {'going on after' if first else 'begins with'} {first} steps, {seconds:.0f} s")
    total = 0.0
    while learning.spent < seconds:
        total = total + learning.learn(teachers, seconds)
        if learning.step % TOLD_EVERY == 0:
            loss = float(total) / TOLD_EVERY
            say(out, f"{stage.name}: {learning.spent:.0f} s, step {learning.step}, loss {loss:.4f}")
            total = 0.0
        learning.spent = time.monotonic() - begun
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            learning.save()
            saved = time.monotonic()
    pace = (learning.step - first) * faces.size / max(time.monotonic() - begun, 1e-6)
    say(out, f"{stage.name}: {learning.step} steps of {faces.size} faces, {pace:.0f} faces a second")
    learning.save()
    return with_mean(learning.network, learning.mean, faces, bool(teachers))


def loss_of(logits: Any, taught: Any, faces: Faces, rows: Any, stage: Stage) -> Any:
    """Cross entropy with labels under their prior, and with the teachers' answers under none."""
    weights = torch.tensor(stage.weights, device=logits.device)
    labelled = logits[: len(rows)] + faces.log_priors
    by_labels = -(faces.targets[rows] * labelled.log_softmax(dim=-1)).sum(dim=-1) * faces.usable[rows]
    if taught is None:
        return (by_labels.mean(dim=0) * weights).sum()
    by_teachers = -(taught * logits.log_softmax(dim=-1)).sum(dim=-1)
    both = (1 - stage.taught) * by_labels.mean(dim=0) + stage.taught * by_teachers[: len(rows)].mean(dim=0)
    return ((both + by_teachers[len(rows) :].mean(dim=0)) * weights).sum()


def with_mean(network: Network, mean: list[Any], faces: Faces, unlabelled: bool) -> Network:
    """The network with its weights' mean, and with statistics of normalising layers that belong to it; for use."""
    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    with torch.no_grad():
        for weight, average in zip(network.parameters(), mean, strict=True):
            weight.copy_(average)
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None
        network.train()
        for _ in range(max(2, min(50, len(faces.training) // 200))):
            with torch.autocast(faces.device.type, torch.bfloat16):
                network(faces.batch(unlabelled)[0])
    return network.eval().requires_grad_(False)
