"""Hostile files, each made from a kind and a seed: the same two always give the same file."""

from __future__ import annotations

import gzip
import io
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import ModelCard
from emotion_core.workspace import SHIPPED_MODELS
from tests.attack.annotations import odd_annotations, odd_arrays
from tests.attack.bombs import reported_bomb
from tests.attack.bundles import odd_bundle
from tests.attack.lessons import odd_lesson
from tests.attack.making import ODD_TEXTS, Chance, Generator, mutated, small_png, written
from tests.attack.own_classes import odd_class_card, odd_class_folders, odd_class_table
from tests.attack.requests import odd_body, odd_options
from tests.attack.video_files import damaged_video, extreme_video, long_video, no_video
from tests.cards import change_card

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM")


def damaged_picture(path: Path, chance: Chance) -> Path:
    """A picture of any format with bytes changed, cut off, repeated or put in."""
    pixels = np.random.default_rng(chance.randrange(2**32)).integers(0, 255, (40, 60, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, chance.choice(FORMATS))
    return written(path, "bin", mutated(file.getvalue(), chance))


def huge_picture(path: Path, chance: Chance) -> Path:
    """A PNG of a few kilobytes that says it is very large, of 8 or 16 bits, with more or fewer channels."""
    width = chance.choice([1, 7, 4000, 9000, 30_000, 2**31 - 1])
    height = chance.choice([1, 3000, 8800, 79_000_000 // min(width, 79_000_000)])
    bits, colour = chance.choice([8, 16]), chance.choice([0, 2, 4, 6])
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    content = zlib.compress(bytes(chance.choice([10, chance.large(10**8)])))
    chunks = b"".join(_chunk(name, data) for name, data in ((b"IHDR", header), (b"IDAT", content), (b"IEND", b"")))
    return written(path, "png", b"\x89PNG\r\n\x1a\n" + chunks)


def long_comment(path: Path, chance: Chance) -> Path:
    """A PPM that begins with a long comment."""
    return written(path, "ppm", b"P6\n#" + b"x" * chance.large(3 * 10**7) + b"\n1 1\n255\n\0\0\0")


def many_scans(path: Path, chance: Chance) -> Path:
    """A progressive JPEG whose last scan is there again and again."""
    file = io.BytesIO()
    Image.new("RGB", (chance.randrange(16, 3000), 200)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    scan = data[data.rindex(b"\xff\xda") : -2]
    return written(path, "jpg", data[:-2] + scan * chance.large(2000) + data[-2:])


def odd_table(path: Path, chance: Chance) -> Path:
    """A csv whose header or cells are not what they should be, maybe in another encoding, or compressed."""
    header = chance.choice(["emotion,pixels,Usage", "path,label", "image,emotion,split", "a,b", ""])
    cells = [*ODD_TEXTS, "0", "3", "Training", " ".join(["7"] * 2304), " ".join(["300"] * 2304)]
    rows = [",".join(chance.choice(cells) for _ in range(chance.randrange(1, 5))) for _ in range(chance.randrange(40))]
    text = "\n".join([header, *rows])
    content = mutated(text.encode("utf-8", "surrogatepass"), chance) if chance.random() < 0.3 else text.encode()
    if chance.random() < 0.2:
        content = text.encode(chance.choice(["cp1252", "cp932", "utf-16-le"]), "replace")
    if chance.random() < 0.2:
        packed = gzip.compress(content + b"1,2\n" * chance.large(10**7))
        return written(path, "csv.gz", mutated(packed, chance) if chance.random() < 0.5 else packed)
    return written(path, "csv", content)


def wide_or_empty_table(path: Path, chance: Chance) -> Path:
    """A csv with very many fields in a row, or very many empty lines."""
    many = chance.large(10**7)
    body = chance.choice([b"," * many, b"\n" * many, b'"' + b"x" * many, b"\r" * many])
    return written(path, "csv", b"emotion,pixels,Usage\n" + body)


def odd_zip(path: Path, chance: Chance) -> Path:
    """A zip with names that lead out of it, names twice, links, members that grow, or bytes changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(chance.randrange(1, 12)):
            label = chance.choice([*EMOTIONS, "..", "/abs", "C:", *ODD_TEXTS[:6]]).replace("\0", "")
            name = f"{label}/{chance.choice([number, 1])}.png"
            with _quiet():
                archive.writestr(name, chance.choice([small_png(chance), b"", bytes(10**6), b"no picture"]))
    data = file.getvalue()
    return written(path, "zip", mutated(data, chance) if chance.random() < 0.5 else data)


def zip_bomb(path: Path, chance: Chance) -> Path:
    """A small zip that unpacks to something large: one row, or many entries."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if chance.random() < 0.5:
            archive.writestr("fer2013.csv", b"emotion,pixels,Usage\n" + b"," * chance.large(3 * 10**7))
        else:
            for number in range(chance.large(30_000)):
                archive.writestr(f"happy/{number}", b"")
    return written(path, "zip", file.getvalue())


def archives_within(path: Path, chance: Chance) -> Path:
    """A zip of hostile zips, and a legend of their numbers that is none."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("train.zip", "test.zip", "a/b.tar.gz")[: chance.randrange(1, 4)]:
            inner = chance.choice([odd_zip, zip_bomb])(path.with_name(f"{path.name} inner"), chance)
            archive.writestr(name, inner.read_bytes())
            inner.unlink()
        lines = [f"{chance.choice([0, 1, 10**9])} {chance.choice(ODD_TEXTS)}" for _ in range(chance.randrange(9))]
        archive.writestr(
            chance.choice(["classes.txt", "README.md", "l.json", "data.yaml"]), mutated(_encoded(lines), chance)
        )
    return written(path, "zip", file.getvalue())


def _encoded(lines: list[str]) -> bytes:
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def odd_parquet(path: Path, chance: Chance) -> Path:
    """A parquet file with odd columns, long labels or pixels that repeat, or bytes changed."""
    rows = chance.randrange(1, 60)
    label = chance.choice(["happy", *ODD_TEXTS, "x" * chance.large(3 * 10**6)])
    cell = chance.choice([small_png(chance), b"", b"no picture", {"bytes": small_png(chance), "path": "a"}])
    pixels = chance.choice(["0 " * chance.large(3 * 10**6), [7] * 2304, [[0.5] * 48] * 48])
    column = ("pixels", [pixels] * rows) if chance.random() < 0.3 else ("image", [cell] * rows)
    table = pd.DataFrame(dict([column, ("label", [label] * rows)]))
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    return written(path, "parquet", mutated(file.getvalue(), chance) if chance.random() < 0.5 else file.getvalue())


def odd_model(path: Path, chance: Chance) -> Path:
    """The folder of a model whose card or file is not what it should be."""
    shutil.copytree(SHIPPED_MODELS / "seed-cnn", path, ignore=shutil.ignore_patterns("*.keras", "*.md", "*.jsonl"))
    card = path / "card.json"
    if chance.random() < 0.5:
        field = chance.choice(list(ModelCard.model_fields))
        change_card(path, **{field: chance.choice([None, [], {}, -1, 10**30, *ODD_TEXTS])})
    elif chance.random() < 0.5:
        card.write_bytes(chance.choice([b"[" * 200_000, b"", b"\xff\xfe", b'{"a": 1' + b"0" * 10**5 + b"}", b"null"]))
    else:
        card.write_bytes(mutated(card.read_bytes(), chance))
    return path


def odd_name(path: Path, chance: Chance) -> Path:
    """A text that is to be a data set's name."""
    return written(path, "txt", chance.choice([*ODD_TEXTS, "CON", ".", "-rf", "a/b", "é" * 200, "a b"]).encode())


def odd_manifest(path: Path, chance: Chance) -> Path:
    """A manifest of a batch with odd paths, with other columns or without any, or with bytes changed."""
    kind = chance.choice(["csv", "txt", "parquet"])
    odd = [*ODD_TEXTS, "data:image/png;base64,AAAA", "http://host/a.png", "a\udcff.png"]
    if kind == "parquet":
        cell = chance.choice([b"\xff\xfe", 7, None, "a.jpg", ["a.jpg"], {"path": "a.jpg"}])
        file = io.BytesIO()
        pd.DataFrame({chance.choice(["path", "photo"]): [cell] * 20}).to_parquet(file)
        data = file.getvalue()
    else:
        lines = [chance.choice(["path", "id,path", "photo", ""]), *(chance.choice(odd) for _ in range(20))]
        data = "\n".join(lines).encode("utf-8", "surrogateescape")
    return written(path, kind, mutated(data, chance) if chance.random() < 0.5 else data)


TABLES_AND_ARCHIVES: list[Generator] = [
    odd_table,
    wide_or_empty_table,
    odd_zip,
    zip_bomb,
    odd_parquet,
    odd_annotations,
    odd_arrays,
    archives_within,
    reported_bomb,
]
#: By the room that they are tried on, see `target.TRIED`.
GENERATORS: dict[str, list[Generator]] = {
    "picture": [damaged_picture, huge_picture, long_comment, many_scans],
    "data set": TABLES_AND_ARCHIVES,
    "import": TABLES_AND_ARCHIVES,
    "manifest": [odd_manifest, wide_or_empty_table],
    "model": [odd_model, odd_class_card],
    "name": [odd_name],
    "own classes": [odd_class_folders],
    "class table": [odd_class_table],
    "lesson": [odd_lesson],
    "video": [damaged_video, extreme_video, no_video, long_video],
    "service": [odd_body, odd_options],
    "run": [odd_bundle],
}


def make(kind: str, number: int, folder: Path, scale: float = 1.0) -> tuple[str, Path]:
    """The hostile file of a kind and a number, and what its generator is called; `scale` makes bombs smaller."""
    generators = GENERATORS[kind]
    generator = generators[number % len(generators)]
    return generator.__name__, generator(folder / f"{kind} {number}", Chance(f"{kind} {number}", scale))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _quiet():
    """Without zipfile's warning of a name that is there already."""
    import warnings

    return warnings.catch_warnings(action="ignore")
