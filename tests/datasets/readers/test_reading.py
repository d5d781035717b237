"""Whatever a source holds is read alike, or named as bad, or refused; nothing else is raised."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image

from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from emotion_core.emotions import FER2013_NUMBERING
from tests.fer2013_files import fer2013_text, pixels
from tests.pictures import png


class TestBadRows:
    @pytest.fixture
    def spoilt(self, tmp_path, drawn):
        """Fifteen good rows and as many bad ones, in turn."""
        lines = fer2013_text(drawn).splitlines()
        path = tmp_path / "spoilt.csv"
        mixed = [text for good in lines[1:16] for text in (good, "3,1 2 3,Training")]
        path.write_text("\n".join([lines[0], *mixed]) + "\n")
        return path

    def test_the_first_ten_are_named(self, spoilt):
        with pytest.raises(BadRowsError, match=r"10 bad rows or more: line 3, .*line 21 ") as caught:
            load_dataset(spoilt)
        assert len(caught.value.rows) == 10
        assert len(str(caught.value).splitlines()) == 1

    def test_or_they_are_skipped_and_counted(self, spoilt, drawn):
        dataset, reading = in_memory(recognise(spoilt), ReadOptions(skip_bad_rows=True))
        assert np.array_equal(dataset.images, drawn.images[:15])
        assert (reading.faces, reading.skipped, len(reading.first_skipped)) == (15, 15, 10)


class TestPictures:
    """Pictures of every kind end up alike, or are named as bad."""

    def load(self, write_folders, content, **options):
        return load_dataset(write_folders({"happy/a.png": content}), options=ReadOptions(**options))

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "the file is empty"),
            (b"hello", "not a picture"),
            (png(np.zeros((48, 48), np.uint8))[:60], "damaged"),
            (png(np.zeros((1, 1), np.uint8)), "1x1 pixels are too few; needed are 8x8"),
        ],
        ids=["empty", "text", "truncated", "1x1"],
    )
    def test_bad_ones(self, write_folders, content, reason):
        with pytest.raises(BadRowsError, match=rf"happy/a\.png \(.*{reason}"):
            self.load(write_folders, content)

    def test_a_giant_is_refused_before_it_is_decoded(self, write_folders):
        header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
        giant = bytearray(png(np.zeros((8, 8), np.uint8)))
        giant[16 : 16 + len(header)] = header
        import zlib

        giant[29:33] = struct.pack(">I", zlib.crc32(bytes(giant[12:29])))
        with pytest.raises(BadRowsError, match="more than 80 megapixels"):
            self.load(write_folders, bytes(giant))

    def test_an_animation_gives_its_first_frame(self, write_folders, drawn):
        out = io.BytesIO()
        frames = [Image.fromarray(image) for image in drawn.images[:3]]
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
        assert np.array_equal(self.load(write_folders, out.getvalue()).images, drawn.images[:1])

    def test_sixteen_bits(self, write_folders, drawn):
        deep = png(drawn.images[0].astype(np.uint16) * 257)
        assert np.array_equal(self.load(write_folders, deep).images, drawn.images[:1])

    def test_cmyk_and_rotation(self, write_folders, drawn):
        picture = Image.fromarray(drawn.images[0]).rotate(90).convert("CMYK")
        exif = Image.Exif()
        exif[274] = 6
        out = io.BytesIO()
        picture.save(out, "JPEG", exif=exif, quality=95)
        image = self.load(write_folders, out.getvalue()).images[0]
        assert np.abs(image.astype(int) - drawn.images[0]).mean() < 12

    def test_larger_ones_are_reduced_and_their_size_is_kept(self, write_folders, drawn):
        large = png(np.kron(drawn.images[0], np.ones((4, 4), np.uint8)))
        dataset = self.load(write_folders, large)
        assert np.array_equal(dataset.images[0], drawn.images[0])
        assert dataset.table.loc[0, ["width", "height"]].tolist() == [192, 192]

    def test_wide_ones_lose_their_sides_and_narrow_ones_repeat_their_edges(self, write_folders):
        square = np.full((48, 48), 100, np.uint8)
        wide = np.hstack([np.zeros((48, 20), np.uint8), square, np.zeros((48, 20), np.uint8)])
        assert (self.load(write_folders, png(wide)).images == 100).all()
        assert (self.load(write_folders, png(square[:, :20])).images == 100).all()

    @pytest.mark.parametrize("size", [(8, 9000), (9000, 8)])
    def test_a_strip_takes_little_memory(self, write_folders, size):
        assert self.load(write_folders, png(np.zeros(size, np.uint8))).images.shape == (1, 48, 48)

    def test_colours_are_kept_where_asked_or_larger(self, write_folders):
        red = png(np.full((96, 96, 3), (200, 10, 10), np.uint8))
        assert self.load(write_folders, red).images.shape == (1, 48, 48)
        assert self.load(write_folders, red, colour=True).images[0, 5, 5].tolist() == [200, 10, 10]
        assert self.load(write_folders, red, side=96).images[0, 5, 5].tolist() == [200, 10, 10]
        assert self.load(write_folders, red, side=96, colour=False).images.shape == (1, 96, 96)

    def test_grey_ones_stay_grey_at_any_size(self, write_folders, drawn):
        assert self.load(write_folders, png(drawn.images[0]), side=96).images.shape == (1, 96, 96)

    @pytest.mark.parametrize("side", [0, 15, 513])
    def test_a_side_out_of_bounds(self, write_folders, side):
        with pytest.raises(DatasetError, match="allowed are 16 to 512"):
            self.load(write_folders, b"", side=side)


usual = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestAnything:
    """Whatever is in a file, it is read or refused with a DatasetError; nothing else is raised."""

    @usual
    @given(content=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.zip", "a.parquet"]))
    def test_any_bytes(self, tmp_path, content, name):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DatasetError):
            load_dataset(tmp_path / name)

    @usual
    @given(
        rows=st.lists(
            st.tuples(
                st.sampled_from(["0", "6", "7", "happy", "", "é", '"']),
                st.sampled_from(["7 " * 2304, "7 " * 2303, "256 " * 2304, "", "-1", '"1\n2"', "\0"]),
                st.sampled_from(["Training", "PrivateTest", "Other", "", "Training,1"]),
            ),
            max_size=5,
        )
    )
    def test_any_rows(self, tmp_path, rows):
        text = "\n".join(["emotion,pixels,Usage", *map(",".join, rows)])
        (tmp_path / "a.csv").write_text(text)
        try:
            dataset, reading = in_memory(recognise(tmp_path / "a.csv"), ReadOptions(skip_bad_rows=True))
        except DatasetError:
            return
        assert reading.faces == len(dataset) <= len(rows)
        assert (dataset.images == 7).all()
        assert set(dataset.table["label"]) <= {"angry", "neutral", "happy"}

    @usual
    @given(spoilt=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8))
    def test_a_zip_with_any_bytes_changed(self, write_zip, pictures, spoilt):
        path = write_zip(pictures)
        data = bytearray(path.read_bytes())
        for place, value in spoilt:
            data[place % len(data)] = value
        path.write_bytes(data)
        try:
            dataset = load_dataset(path, options=ReadOptions(skip_bad_rows=True))
        except DatasetError:
            return
        assert 0 < len(dataset) <= len(pictures)

    @usual
    @given(faces=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 255)), min_size=1, max_size=6))
    def test_what_is_written_is_read(self, tmp_path, faces):
        lines = [f"{label},{pixels(np.full((48, 48), grey))},Training" for label, grey in faces]
        (tmp_path / "a.csv").write_text("\n".join(["emotion,pixels,Usage", *lines]))
        dataset = load_dataset(tmp_path / "a.csv")
        assert dataset.images[:, 0, 0].tolist() == [grey for _, grey in faces]
        assert dataset.table["label"].tolist() == [FER2013_NUMBERING[label] for label, _ in faces]


def test_progress_never_goes_back_and_ends_at_1(write_zip, pictures, fer2013_file):
    for path in (write_zip(pictures), fer2013_file):
        shares: list[float] = []
        load_dataset(path, options=ReadOptions(progress=shares.append))
        assert shares == sorted(shares) and shares[-1] == 1.0
