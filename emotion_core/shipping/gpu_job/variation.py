"""Random changes of faces that leave their expression as it is, made by the GPU for a whole batch at once."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.nn import functional

from emotion_core.shipping.gpu_job.sheets import SIDE, WIDE


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
