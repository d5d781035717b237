"""Train the networks that ship on one large GPU, in minutes: teachers first, then the small networks that ship.

    python gpu_job.py prepare --fer2013 FOLDER --faces FOLDER --pack FOLDER
    python gpu_job.py run --pack FOLDER --out FOLDER --minutes 8
    python gpu_job.py keras --weights FILE --network FILE.keras

`prepare` packs all that `run` needs, as sheets of JPEG, into one folder of at most 64 MB: FER-2013's training and
public-test faces with FER-2013's labels and FER+'s votes (`fer2013.csv` and `fer2013new.csv`), and faces without
labels (sheets `faces-*.jpg` of 64x64 pixels, 200 a row, with `faces.csv`). `run` wants PyTorch, NumPy, Pillow and this
file, nothing else; it computes in bfloat16. Its time is shared out among the stages, each of which ends when its share
is used up, so that it fits wherever it runs; stopped and started again with the same folders it goes on from the last
checkpoint. With `--faces 500` and few minutes it shows on any processor that everything works. `keras` writes what it
came to as a Keras network.

What is learnt are logits that hold no prior. FER-2013's labels and FER+'s votes are compared with logits to which the
log of their shares is added (balanced softmax: Ren et al. 2020, arXiv 2007.10740), and what teachers answer, free of a
prior too, with the logits themselves. Teachers and those who learn from them see the very same varied face (Beyer et
al. 2022, arXiv 2106.05237).
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError:  # packing, and writing Keras networks, need none of it
    torch = nn = functional = None
Module: Any = nn.Module if nn else object

#: Pixels of a face as a network takes it, of a face in the pack, and faces in a row of a sheet.
SIDE, WIDE, ROW = 48, 64, 200
MOST_BYTES = 64_000_000
#: Of the pack's JPEG, so that it stays below that: labelled faces are to lose less than the others.
LABELLED_QUALITY, OTHERS_QUALITY = 88, 75
EMOTIONS = ("angry", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")
#: FER-2013's numbers, in the order of `EMOTIONS`.
NUMBERS = {"0": 0, "1": 1, "2": 2, "3": 3, "6": 4, "4": 5, "5": 6}
#: FER+'s columns of votes, and which of `EMOTIONS` each is: none of them is contempt, unknown or not a face.
VOTES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF")
OUR_INDEX = np.array([4, 3, 6, 5, 0, 1, 2, -1, -1, -1])
SPLITS = {"Training": "training", "PublicTest": "publictest"}
#: Faces a batch; where teachers teach, half of them are without labels.
BATCH = 512
#: The steps are smaller for a network that begins with weights that have learnt already.
RATE, GENTLE_RATE, WEIGHT_DECAY, MEAN_KEEPS = 0.12, 0.05, 5e-4, 0.999
#: The axes of weights of one, two and four, as Keras has them from PyTorch's and the other way round.
KERAS_AXES = {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}
TORCH_AXES = {1: (0,), 2: (1, 0), 4: (3, 2, 0, 1)}
CHECKPOINT_SECONDS, TOLD_EVERY = 60, 100
#: For judging and writing.
SPARE_SECONDS = 15


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    pack = commands.add_parser("prepare", help="pack the faces and their labels")
    pack.add_argument("--fer2013", type=Path, required=True, help="folder with fer2013.csv and fer2013new.csv")
    pack.add_argument("--faces", type=Path, required=True, help="folder with faces-*.jpg and faces.csv")
    pack.add_argument("--pack", type=Path, required=True, help="folder that is written")
    job = commands.add_parser("run", help="train")
    job.add_argument("--pack", type=Path, required=True, help="folder that prepare wrote")
    job.add_argument("--out", type=Path, required=True, help="folder for weights, figures and the log")
    job.add_argument("--work", type=Path, help="folder for checkpoints; OUT/work if not given")
    job.add_argument("--start", type=Path, help="folder with weights that networks which ship begin with: NAME.npz")
    job.add_argument("--minutes", type=float, default=8.0)
    job.add_argument("--faces", type=int, help="so many faces of each kind only, to try it")
    job.add_argument("--seed", type=int, default=1)
    portable = commands.add_parser("keras", help="write a Keras network with weights that run wrote")
    portable.add_argument("--weights", type=Path, required=True)
    portable.add_argument("--network", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    if chosen.command == "prepare":
        prepare(chosen.fer2013, chosen.faces, chosen.pack)
    elif chosen.command == "run":
        folders = Folders(chosen.pack, chosen.out, chosen.work or chosen.out / "work", chosen.start)
        run(folders, chosen.minutes, chosen.faces, chosen.seed)
    else:
        write_keras(chosen.weights, chosen.network)


# --- packing ---------------------------------------------------------------------------------------------------------


def prepare(fer2013: Path, faces: Path, pack: Path) -> None:
    """Write the pack's folder.

    Raises:
        SystemExit: the two tables do not belong together, or the pack is too large to travel.
    """
    pack.mkdir(parents=True, exist_ok=True)
    labelled = read_fer2013(fer2013)
    targets = {}
    for usage, name in SPLITS.items():
        images, own, votes = labelled[usage]
        write_sheet(pack / f"{name}.jpg", images, LABELLED_QUALITY)
        targets |= {f"{name}_own": own, f"{name}_votes": votes}
    for sheet in sorted(faces.glob("faces-*.jpg")):
        write_sheet(pack / sheet.name, read_sheet(sheet, WIDE), OTHERS_QUALITY)
    with open(faces / "faces.csv", newline="") as table:
        targets["unlabelled"] = np.array(sum(1 for _ in csv.DictReader(table)))
    np.savez_compressed(pack / "targets.npz", **targets)
    size = sum(path.stat().st_size for path in pack.iterdir())
    if size > MOST_BYTES:
        raise SystemExit(f"the pack has {size / 1e6:.1f} MB, more than {MOST_BYTES / 1e6:.0f}")
    print(f"{pack}: {size / 1e6:.1f} MB, " + ", ".join(f"{name} {np.shape(array)}" for name, array in targets.items()))


def read_fer2013(folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Faces (N, 48, 48), FER-2013's labels (N,) and FER+'s votes (N, 10) of each split, from the two csv files."""
    rows: dict[str, list] = {usage: [] for usage in SPLITS}
    csv.field_size_limit(10**7)
    with open(folder / "fer2013.csv", newline="") as first, open(folder / "fer2013new.csv", newline="") as second:
        for face, votes in zip(csv.DictReader(first), csv.DictReader(second), strict=True):
            if face["Usage"].strip() != votes["Usage"].strip():
                raise SystemExit("fer2013.csv and fer2013new.csv have not the same faces in the same order")
            if face["Usage"].strip() in rows:
                pixels = np.array(face["pixels"].split(), np.uint8).reshape(SIDE, SIDE)
                counted = [int(votes[name]) for name in VOTES]
                rows[face["Usage"].strip()].append((pixels, NUMBERS[face["emotion"]], counted))
    columns = {usage: list(zip(*kept, strict=True)) for usage, kept in rows.items()}
    return {usage: (np.stack(seen), np.array(own), np.array(votes)) for usage, (seen, own, votes) in columns.items()}


def write_sheet(path: Path, images: np.ndarray, quality: int) -> None:
    """All faces in one JPEG, 200 a row."""
    from PIL import Image

    side, rows = images.shape[1], math.ceil(len(images) / ROW)
    tiles = np.zeros((rows * ROW, side, side), np.uint8)
    tiles[: len(images)] = images
    sheet = tiles.reshape(rows, ROW, side, side).transpose(0, 2, 1, 3).reshape(rows * side, ROW * side)
    Image.fromarray(sheet).save(path, quality=quality)


def read_sheet(path: Path, side: int) -> np.ndarray:
    """(N, side, side) uint8, with whatever fills the last row."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = 10**9
    sheet = np.asarray(Image.open(path).convert("L"))
    return sheet.reshape(-1, side, ROW, side).transpose(0, 2, 1, 3).reshape(-1, side, side)


def vote_targets(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """FER+'s votes (N, 10) as shares (N, 7), which faces can be learnt from (N,), and the majority's label or -1."""
    counted = np.where(votes > 1, votes, 0)
    top = OUR_INDEX[counted.argmax(axis=1)]
    ours = counted[:, [int(np.flatnonzero(index == OUR_INDEX)[0]) for index in range(len(EMOTIONS))]].astype(np.float32)
    usable = (top >= 0) & (ours.sum(axis=1) > 0)
    ours[~usable] = 1
    majority = np.where(counted.max(axis=1) * 2 > counted.sum(axis=1), top, -1)
    return ours / ours.sum(axis=1, keepdims=True), usable, majority


# --- networks --------------------------------------------------------------------------------------------------------


class Convolution(Module):
    """Without bias, normalised; with stride 2 padded as Keras pads: less before than after."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1, rectified: bool = True):
        super().__init__()
        self.before, self.after = (kernel - stride) // 2, (kernel - stride + 1) // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.1)
        self.rectified = rectified
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")

    def forward(self, faces: Any) -> Any:
        if self.before or self.after:
            faces = functional.pad(faces, (self.before, self.after, self.before, self.after))
        maps = self.norm(self.conv(faces))
        return functional.relu(maps) if self.rectified else maps


class Block(Module):
    """Two convolutions with squeeze-and-excitation beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.stride = stride
        changes = stride > 1 or inputs != outputs
        self.shortcut = Convolution(inputs, outputs, 1, 1, rectified=False) if changes else None
        self.first = Convolution(inputs, outputs, 3, stride)
        self.second = Convolution(outputs, outputs, 3, 1, rectified=False)
        squeezed = max(outputs // 8, 8)
        self.squeeze, self.excite = nn.Conv2d(outputs, squeezed, 1), nn.Conv2d(squeezed, outputs, 1)

    def forward(self, faces: Any) -> Any:
        maps = self.second(self.first(faces))
        weights = functional.relu(self.squeeze(maps.mean((2, 3), keepdim=True)))
        maps = maps * torch.sigmoid(self.excite(weights))
        if self.shortcut is not None:
            faces = self.shortcut(functional.avg_pool2d(faces, self.stride) if self.stride > 1 else faces)
        return functional.relu(maps + faces)


class Network(Module):
    """A trunk, the mean over its maps, and two linear answers: (N, 2, 7) logits, by votes and by labels."""

    def __init__(self, trunk: list, width: int, dropout: float):
        super().__init__()
        self.trunk, self.dropout = nn.Sequential(*trunk), nn.Dropout(dropout)
        self.votes, self.labels = nn.Linear(width, len(EMOTIONS)), nn.Linear(width, len(EMOTIONS))

    def forward(self, faces: Any) -> Any:
        features = self.dropout(self.trunk(faces).float().mean((2, 3)))
        with torch.autocast(faces.device.type, enabled=False):
            return torch.stack([self.votes(features), self.labels(features)], dim=1)


def residual(widths: tuple[int, ...], counts: tuple[int, ...], dropout: float) -> Network:
    """Blocks in stages, as this project's emotion-net has them."""
    trunk: list = [Convolution(1, widths[0], 5, 2)]
    for stage, (width, count) in enumerate(zip(widths, counts, strict=True)):
        for block in range(count):
            inputs = width if block else widths[max(stage - 1, 0)]
            trunk.append(Block(inputs, width, 2 if stage and not block else 1))
    return Network(trunk, widths[-1], dropout)


def plain(widths: tuple[int, ...], dropout: float) -> Network:
    """Two convolutions after each other at each of some sizes, after Simonyan and Zisserman 2015 (arXiv 1409.1556)."""
    trunk: list = []
    for stage, width in enumerate(widths):
        trunk += [Convolution(widths[stage - 1] if stage else 1, width), Convolution(width, width)]
        trunk += [nn.MaxPool2d(2)] if stage < len(widths) - 1 else []
    return Network(trunk, widths[-1], dropout)


NETWORKS: dict[str, Callable[[], Network]] = {
    "emotion-net": lambda: residual((48, 96, 192), (1, 2, 2), 0.3),
    "wide": lambda: residual((96, 192, 384), (2, 2, 2), 0.4),
    "deep": lambda: residual((64, 128, 256, 384), (2, 3, 3, 1), 0.4),
    "plain": lambda: plain((64, 128, 256, 512), 0.5),
}


# --- variation -------------------------------------------------------------------------------------------------------


def maps_of(strong: Any) -> Any:
    """(N, 2, 3) from places in what a network sees to places in a face of the pack, both from -1 to 1.

    Args:
        strong: (N,) bool, whose size, proportions and turn vary much: faces are cut and aligned in many ways, some of
            which press an open mouth flat.
    """
    count, device = len(strong), strong.device

    def normal(small: float, large: float, most: float) -> Any:
        return (torch.randn(count, device=device) * torch.where(strong, large, small)).clamp(-most, most)

    uniform = torch.rand(count, device=device)
    least, largest = (torch.where(strong, math.log(a), math.log(b)) for a, b in ((0.74, 0.9), (1.28, 1.15)))
    size = torch.exp(least + uniform * (largest - least))
    flatter = normal(0.05, 0.17, 0.35) + torch.where(strong, 0.1, 0.0)
    turn, shear = torch.deg2rad(normal(6.0, 9.0, 25.0)), normal(0.0, 0.06, 0.2)
    mirrored = torch.where(torch.rand(count, device=device) < 0.5, -1.0, 1.0)
    across, down = mirrored / (size * torch.exp(flatter / 2)), 1 / (size * torch.exp(-flatter / 2))
    cosine, sine, middle = torch.cos(turn), torch.sin(turn), SIDE / WIDE
    x = torch.stack([middle * cosine * across, middle * (shear * cosine - sine) * down, normal(0.05, 0.09, 0.2)], dim=1)
    y = torch.stack([middle * sine * across, middle * (cosine + shear * sine) * down, normal(0.05, 0.09, 0.2)], dim=1)
    return torch.stack([x, y], dim=1)


def varied(faces: Any, strong_share: float = 0.7, erasing: float = 0.35) -> Any:
    """Faces of the pack (N, 64, 64) uint8, as a network sees them while it learns: (N, 1, 48, 48) from -1 to 1."""
    count, device = len(faces), faces.device
    strong = torch.rand(count, device=device) < strong_share
    places = functional.affine_grid(maps_of(strong), [count, 1, SIDE, SIDE], align_corners=False)
    seen = faces[:, None].float() / 255
    seen = functional.grid_sample(seen, places, padding_mode="reflection", align_corners=False)
    much = strong.float().reshape(-1, 1, 1, 1)

    def some(share: float, most: float) -> Any:
        """(N, 1, 1, 1): up to `most` in this share of the strongly varied faces, and else nothing."""
        chosen = torch.rand(count, 1, 1, 1, device=device) < share
        return most * torch.rand(count, 1, 1, 1, device=device) * chosen * much

    def factor(small: float, large: float) -> Any:
        return torch.exp((small + large * much) * torch.randn(count, 1, 1, 1, device=device))

    seen = seen + some(0.25, 1.0) * (blurred(seen) - seen)
    seen = torch.where((torch.rand_like(much) < 0.2) & (much > 0), coarser(seen), seen)
    seen = torch.where((torch.rand_like(much) < 0.1) & (much > 0), pressed(seen), seen)
    seen = seen.clamp(1e-3, 1) ** factor(0.12, 0.18)
    mean = seen.mean((2, 3), keepdim=True)
    seen = (seen - mean) * factor(0.15, 0.15) + mean + 0.08 * torch.randn_like(much)
    across = torch.linspace(-1, 1, SIDE, device=device)
    angle = 2 * math.pi * torch.rand_like(much)
    slope = torch.cos(angle) * across.reshape(1, 1, 1, -1) + torch.sin(angle) * across.reshape(1, 1, -1, 1)
    seen = seen * (1 + some(0.3, 0.5) * slope) + some(0.3, 0.045) * torch.randn_like(seen)
    seen = erased(seen.clamp(0, 1), erasing)
    return (seen * 2 - 1).contiguous(memory_format=torch.channels_last)


def blurred(faces: Any) -> Any:
    """Each pixel the mean of its neighbourhood, twice."""
    return functional.avg_pool2d(functional.avg_pool2d(functional.pad(faces, (2, 2, 2, 2), mode="reflect"), 3, 1), 3, 1)


def coarser(faces: Any) -> Any:
    """Made small and large again; all by the same, which changes from batch to batch."""
    size = int(torch.randint(16, 40, ()))
    small = functional.interpolate(faces, size=(size, size), mode="area")
    return functional.interpolate(small, size=(SIDE, SIDE), mode="bilinear", align_corners=False)


def pressed(faces: Any) -> Any:
    """With what JPEG leaves: squares of 8 pixels whose waves are rounded, the finer the more."""
    waves = torch.arange(8, device=faces.device, dtype=torch.float32)
    basis = torch.cos(math.pi * (2 * waves[None] + 1) * waves[:, None] / 16) / 2
    basis[0] /= math.sqrt(2)
    steps = (0.02 + 0.1 * torch.rand(len(faces), 1, 1, 1, 1, 1, device=faces.device)) * (
        1 + waves.reshape(1, 1, 1, 8, 1, 1) + waves.reshape(1, 1, 1, 1, 1, 8)
    )
    squares = faces.reshape(-1, 1, SIDE // 8, 8, SIDE // 8, 8)
    spectrum = torch.einsum("ui,vj,ncaibj->ncaubv", basis, basis, squares)
    spectrum = torch.round(spectrum / steps) * steps
    return torch.einsum("ui,vj,ncaubv->ncaibj", basis, basis, spectrum).reshape(faces.shape)


def erased(faces: Any, share: float) -> Any:
    """With a rectangle of 2 to 18 % replaced by noise or by one grey in this share of the faces."""
    count, device = len(faces), faces.device
    area = (0.02 + 0.16 * torch.rand(count, device=device)) * SIDE**2
    ratio = torch.exp(1.8 * (torch.rand(count, device=device) - 0.5))
    tall, wide = torch.sqrt(area * ratio), torch.sqrt(area / ratio)
    top, left = torch.rand(count, device=device) * (SIDE - tall), torch.rand(count, device=device) * (SIDE - wide)
    row = torch.arange(SIDE, device=device)
    in_rows = (row >= top[:, None]) & (row < (top + tall)[:, None])
    in_columns = (row >= left[:, None]) & (row < (left + wide)[:, None])
    chosen = torch.rand(count, 1, 1, device=device) < share
    inside = (in_rows[:, :, None] & in_columns[:, None, :] & chosen)[:, None]
    noise = torch.rand_like(faces)
    even = torch.rand(count, 1, 1, 1, device=device)
    filled = torch.where(torch.rand(count, 1, 1, 1, device=device) < 0.5, noise, even)
    return torch.where(inside, filled, faces)


# --- learning --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """One network's training.

    Attributes:
        share: of the whole time.
        weights: of the answer by votes and of that by labels.
        teachers: names of stages whose networks teach; without them only labelled faces are learnt from.
        taught: share of what labelled faces teach that is the teachers' answer.
    """

    name: str
    network: str
    share: float
    weights: tuple[float, float]
    teachers: tuple[str, ...] = ()
    taught: float = 0.0

    @property
    def head(self) -> int:
        """The answer that counts: 0 by votes, 1 by labels."""
        return int(self.weights[1] > self.weights[0])


TEACHERS = ("teacher-wide", "teacher-deep", "teacher-plain")
STAGES = (
    Stage("teacher-wide", "wide", 0.2, (1.0, 1.0)),
    Stage("teacher-deep", "deep", 0.2, (1.0, 1.0)),
    Stage("teacher-plain", "plain", 0.15, (1.0, 1.0)),
    Stage("emotion-net", "emotion-net", 0.27, (1.0, 0.3), TEACHERS, 0.7),
    Stage("emotion-net-fer2013", "emotion-net", 0.18, (0.3, 1.0), TEACHERS, 0.7),
)


@dataclass(frozen=True)
class Folders:
    """Where the pack lies, where results and checkpoints go, and where weights to begin with lie, if there are any."""

    pack: Path
    out: Path
    work: Path
    start: Path | None

    def begun_with(self, stage: Stage) -> Path | None:
        path = self.start / f"{stage.name}.npz" if self.start else None
        return path if path and path.exists() else None


class Faces:
    """What is learnt from and judged by, on the device where networks compute."""

    def __init__(self, pack: Path, limit: int | None, device: Any):
        stored = np.load(pack / "targets.npz")
        border = (WIDE - SIDE) // 2
        training = read_sheet(pack / "training.jpg", SIDE)[: len(stored["training_own"])][:limit]
        training = np.pad(training, ((0, 0), (border, border), (border, border)), mode="reflect")
        sheets = [read_sheet(path, WIDE) for path in sorted(pack.glob("faces-*.jpg"))]
        others = np.concatenate(sheets)[: int(stored["unlabelled"])][:limit]
        shares, usable, _ = vote_targets(stored["training_votes"][:limit])
        own = np.eye(len(EMOTIONS), dtype=np.float32)[stored["training_own"][:limit]]

        def placed(array: np.ndarray) -> Any:
            return torch.from_numpy(np.ascontiguousarray(array)).to(device)

        self.device, self.size = device, BATCH if limit is None else max(8, min(BATCH, limit // 8))
        self.training, self.others = placed(training), placed(others)
        self.targets = placed(np.stack([shares, 0.95 * own + 0.05 / len(EMOTIONS)], axis=1))
        self.usable = placed(np.stack([usable, np.ones(len(own))], axis=1).astype(np.float32))
        #: The shares of the emotions under which each answer is learnt.
        self.priors = np.stack([shares[usable].mean(axis=0), own.mean(axis=0)]).clip(1e-3)
        self.log_priors = placed(np.log(self.priors).astype(np.float32))
        self.test = placed(read_sheet(pack / "publictest.jpg", SIDE)[: len(stored["publictest_own"])][:limit])
        _, _, self.majority = vote_targets(stored["publictest_votes"][:limit])
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
        networks[stage.name] = network = learnt(stage, teachers, faces, folders, budget * stage.share)
        figures[stage.name] = judged([network], faces)
        say(out, f"{stage.name}: {json.dumps(figures[stage.name])}")
        if stage.teachers:
            write_weights(out / f"{stage.name}.npz", network, stage.head, faces.priors[stage.head])
    figures["teachers together"] = judged([networks[name] for name in TEACHERS], faces)
    say(out, f"teachers together: {json.dumps(figures['teachers together'])}")
    (out / "figures.json").write_text(json.dumps(figures, indent=1))


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


def learnt(stage: Stage, teachers: list[Network], faces: Faces, folders: Folders, seconds: float) -> Network:
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


# --- judging and writing ---------------------------------------------------------------------------------------------


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


def tensors_of(network: Network, head: int) -> dict[str, list[Any]]:
    """All weights of one answer of a residual network, by kind, in the order in which Keras makes the layers."""
    parts = [network.trunk[0]]
    convolutions, norms = [parts[0].conv], [parts[0].norm]
    for block in list(network.trunk)[1:]:
        parts = [part for part in (block.shortcut, block.first, block.second) if part is not None]
        convolutions += [part.conv for part in parts] + [block.squeeze, block.excite]
        norms += [part.norm for part in parts]
    answer = (network.votes, network.labels)[head]
    return {
        "convolution": [[layer.weight, layer.bias] for layer in convolutions],
        "norm": [[layer.weight, layer.bias, layer.running_mean, layer.running_var] for layer in norms],
        "emotion": [[answer.weight, answer.bias]],
    }


def write_weights(path: Path, network: Network, head: int, prior: np.ndarray) -> None:
    """The weights of one answer as Keras holds them, and the prior under which it was learnt."""
    arrays = {"prior": prior.astype(np.float32)}
    for kind, layers in tensors_of(network, head).items():
        for number, tensors in enumerate(layers):
            for place, tensor in enumerate(tensor for tensor in tensors if tensor is not None):
                array = tensor.detach().float().cpu().numpy()
                arrays[f"{kind}-{number}-{place}"] = array.transpose(*KERAS_AXES[array.ndim])
    np.savez(path, **arrays)


def take_weights(path: Path, network: Network, head: int) -> None:
    """Give a network the weights that `write_weights` wrote; the other answer keeps its own."""
    arrays = np.load(path)
    with torch.no_grad():
        for kind, layers in tensors_of(network, head).items():
            for number, tensors in enumerate(layers):
                for place, tensor in enumerate(tensor for tensor in tensors if tensor is not None):
                    array = arrays[f"{kind}-{number}-{place}"]
                    tensor.copy_(torch.from_numpy(array.transpose(*TORCH_AXES[array.ndim])))


def write_keras(weights: Path, path: Path) -> None:
    """A Keras network with weights that `write_weights` wrote: an emotion-net whose logits hold no prior."""
    import keras

    from emotion_core.networks.architectures import emotion_net

    arrays, network = np.load(weights), emotion_net()

    def made(kind: type) -> list[Any]:
        """Layers of a kind in the order in which they were made: Keras numbers them, the first one not."""
        layers = [layer for layer in network.layers if isinstance(layer, kind)]
        return sorted(layers, key=lambda layer: int("0" + "".join(filter(str.isdigit, layer.name.partition("_")[2]))))

    named = {
        "convolution": made(keras.layers.Conv2D),
        "norm": made(keras.layers.BatchNormalization),
        "emotion": [network.get_layer("emotion")],
    }
    for kind, layers in named.items():
        for number, layer in enumerate(layers):
            layer.set_weights([arrays[f"{kind}-{number}-{place}"] for place in range(len(layer.get_weights()))])
    network.save(path)
    print(f"{path} written; learnt under the prior", dict(zip(EMOTIONS, arrays["prior"].tolist(), strict=True)))


def say(out: Path, words: str) -> None:
    """Print a line with the time, and keep it in the folder's log."""
    line = f"{time.strftime('%H:%M:%S')} {words}"
    print(line, flush=True)
    with open(out / "log.txt", "a") as log:
        log.write(line + "\n")


if __name__ == "__main__":
    main()
