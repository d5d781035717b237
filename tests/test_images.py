"""Pictures in: whatever is given becomes an upright RGB array, or an error that says why not."""

from __future__ import annotations

import base64
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import ExifTags, Image

from emotion_core import images
from emotion_core.images import EXTENSIONS, MAX_BYTES, ImageError, load_image

HEIC = Path(__file__).parent / "heic"
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
#: Pillow tells of damaged metadata in warnings too; the picture is read all the same.
damaged_metadata = pytest.mark.filterwarnings("ignore:Corrupt EXIF data", "ignore:Tag data larger than file")


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def noise(form: str, **options: object) -> bytes:
    values = np.random.default_rng(1).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    return encoded(Image.fromarray(values), form, **options)


def png(width: int, height: int, bits: int, colours: int, rows: bytes) -> bytes:
    """A PNG from its parts, so that its header may say what it wants."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pixel(source: images.Picture) -> tuple[int, ...]:
    return tuple(load_image(source)[0, 0].tolist())


class TestSources:
    """The same picture in whatever form it is held."""

    PICTURE = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)

    @pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
    def test_bytes(self, wrap):
        assert np.array_equal(load_image(wrap(encoded(Image.fromarray(self.PICTURE), "PNG"))), self.PICTURE)

    @pytest.mark.parametrize("name", ["a.png", "no ending", "фото 写真 صورة 😀.png", "new\nline.png", "-rf", "a.jpg"])
    @pytest.mark.parametrize("kind", ["path", "text"])
    def test_a_file_of_any_name(self, tmp_path, name, kind):
        path = tmp_path / name
        Image.fromarray(self.PICTURE).save(path, "PNG")
        assert np.array_equal(load_image(path if kind == "path" else str(path)), self.PICTURE)

    def test_a_pillow_image(self):
        assert np.array_equal(load_image(Image.fromarray(self.PICTURE)), self.PICTURE)

    def test_an_array(self):
        assert np.array_equal(load_image(self.PICTURE), self.PICTURE)

    @pytest.mark.parametrize("source", [None, 3, io.BytesIO(b"GIF89a"), ["a.jpg"]], ids=["none", "int", "file", "list"])
    def test_anything_else_is_refused(self, source):
        with pytest.raises(ImageError, match="allowed are bytes, path, Pillow image, array"):
            load_image(source)

    def test_a_link_is_followed(self, tmp_path):
        Image.fromarray(self.PICTURE).save(tmp_path / "a.png")
        (tmp_path / "link").symlink_to(tmp_path / "a.png")
        assert np.array_equal(load_image(tmp_path / "link"), self.PICTURE)


class TestFormats:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "MPO"])
    def test_every_format_is_read(self, form):
        picture = Image.new("RGB", (20, 10), (200, 60, 40))
        options = {"save_all": True, "append_images": [picture]} if form == "MPO" else {}
        loaded = load_image(encoded(picture, form, **options))
        assert loaded.shape == (10, 20, 3)
        assert loaded.dtype == np.uint8
        assert np.abs(loaded[5, 10] - (200.0, 60, 40)).max() < 8

    @pytest.mark.parametrize("ending", EXTENSIONS)
    def test_every_ending_that_folders_are_walked_for_is_one_that_pillow_reads(self, ending):
        load_image(HEIC / "plain.heic")  # teaches Pillow HEIF
        Image.init()
        assert Image.registered_extensions()[f".{ending}"] in (*images.FORMATS, "MPO")

    @pytest.mark.parametrize(
        ("mode", "colour", "rgb"),
        [
            ("1", 1, WHITE),
            ("L", 77, (77, 77, 77)),
            ("CMYK", (0, 255, 255, 0), RED),
            ("YCbCr", (128, 128, 128), (128, 128, 128)),
            ("HSV", (0, 255, 255), RED),
            ("RGBX", (255, 0, 0, 9), RED),
            ("RGBA", (255, 0, 0, 255), RED),
            ("RGBA", (255, 0, 0, 0), WHITE),
            ("RGBA", (255, 0, 0, 128), (255, 127, 127)),
            ("RGBa", (128, 0, 0, 128), (255, 127, 127)),
            ("LA", (0, 0), WHITE),
            ("LA", (0, 51), (204, 204, 204)),
            ("I", 200, (200, 200, 200)),
            ("I", 65535, WHITE),
            ("F", 1.0, WHITE),
            ("F", 0.2, (51, 51, 51)),
            ("F", 51.0, (51, 51, 51)),
        ],
    )
    def test_every_mode_becomes_rgb_on_white(self, mode, colour, rgb):
        assert pixel(Image.new(mode, (3, 2), colour)) == rgb

    def test_cmyk_jpeg(self):
        loaded = load_image(encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG"))
        assert np.abs(loaded[8, 8] - (255.0, 0, 0)).max() < 8

    @pytest.mark.parametrize("form", ["PNG", "TIFF"])
    def test_16_bit_grey_is_scaled_to_8(self, form):
        deep = Image.fromarray(np.array([[0, 128 * 257, 65535]], np.uint16))
        assert load_image(encoded(deep, form))[0, :, 0].tolist() == [0, 128, 255]

    @pytest.mark.parametrize("order", ["<u2", ">u2"], ids=["little endian", "big endian"])
    def test_a_dark_16_bit_picture_stays_dark(self, order):
        mode = "I;16" if order == "<u2" else "I;16B"
        deep = Image.frombytes(mode, (2, 1), np.array([[0, 200]], order).tobytes())
        assert load_image(encoded(deep, "TIFF"))[0, :, 0].tolist() == [0, 1]

    @pytest.mark.parametrize("form", ["PNG", "TIFF"])
    def test_12_bits_in_16_are_scaled_to_8(self, form):
        deep = Image.fromarray(np.array([[0, 2048, 4095]], np.uint16))
        assert load_image(encoded(deep, form))[0, :, 0].tolist() == [0, 128, 255]

    def test_16_bit_grey_with_alpha(self):
        row = b"\0" + struct.pack(">HHHH", 0, 65535, 0, 0)
        assert load_image(png(2, 1, 16, 4, row))[0, :, 0].tolist() == [0, 255]

    def test_16_bit_colour(self):
        assert pixel(png(1, 1, 16, 2, b"\0" + struct.pack(">HHH", 65535, 0, 0))) == RED

    def test_a_palette(self):
        assert pixel(encoded(Image.new("RGB", (4, 4), RED).quantize(4), "PNG")) == RED

    def test_a_palettes_transparent_colour_is_white(self):
        palette = Image.new("P", (2, 1))
        palette.putpalette([255, 0, 0, 0, 0, 255])
        palette.putpixel((1, 0), 1)
        for form in ("PNG", "GIF"):
            loaded = load_image(encoded(palette, form, transparency=0))
            assert loaded[0].tolist() == [list(WHITE), list(BLUE)], form

    def test_a_palette_of_half_transparent_colours(self):
        palette = Image.new("P", (1, 1))
        palette.putpalette([255, 0, 0])
        assert pixel(encoded(palette, "PNG", transparency=b"\x80")) == (255, 127, 127)

    def test_a_transparent_colour_without_palette_is_white(self):
        assert pixel(encoded(Image.new("RGB", (2, 2), RED), "PNG", transparency=RED)) == WHITE

    @pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
    def test_of_an_animation_the_first_frame(self, form):
        first, second = Image.new("RGB", (16, 16), RED), Image.new("RGB", (16, 16), BLUE)
        data = encoded(first, form, save_all=True, append_images=[second], duration=100)
        assert np.abs(load_image(data)[8, 8] - np.array(RED, float)).max() < 8


class TestHeic:
    """Pictures as iPhones write them: 64x32, the left half red, the right half blue."""

    def test_it_is_read(self):
        loaded = load_image(HEIC / "plain.heic")
        assert loaded.shape == (32, 64, 3)
        assert np.abs(loaded[16, 16] - (200.0, 60, 40)).max() < 8
        assert np.abs(loaded[16, 48] - (30.0, 60, 200)).max() < 8

    def test_it_is_turned_upright_once(self):
        loaded = load_image((HEIC / "turned.heic").read_bytes())
        assert loaded.shape == (64, 32, 3)
        assert np.abs(loaded[16, 16] - (200.0, 60, 40)).max() < 8


class TestTexts:
    """A picture written out as text is read; nothing is downloaded."""

    PICTURE = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    BASE64 = base64.b64encode(encoded(Image.fromarray(PICTURE), "PNG")).decode()

    @pytest.mark.parametrize(
        "text",
        [
            f"data:image/png;base64,{BASE64}",
            f"DATA:;base64,{BASE64}",
            f"data:image/png;charset=utf-8;base64,{BASE64.rstrip('=')}",
            f"data:image/png;base64,{BASE64.replace('+', '%2B').replace('/', '%2F')}",
            f"data:image/png;base64,{BASE64[:40]}\n{BASE64[40:]}",
            BASE64,
            BASE64.replace("+", "-").replace("/", "_"),
            "\n".join([BASE64[:76], BASE64[76:]]),
        ],
        ids=["uri", "no type", "no padding", "escaped", "lines", "base64", "of URLs", "base64 in lines"],
    )
    def test_a_data_uri_and_base64_are_read(self, text):
        assert np.array_equal(load_image(text), self.PICTURE)

    @pytest.mark.parametrize("text", ["data:", "data:image/png", "data:image/png;base64", "data:image/png;base64,"])
    def test_a_data_uri_without_a_picture(self, text):
        with pytest.raises(ImageError, match=r"data URI has no picture in it; needed|the file is empty"):
            load_image(text)

    @pytest.mark.parametrize("text", ["data:image/png;base64,%%%", "data:image/png;base64,äöü", "data:,a"])
    def test_a_damaged_data_uri(self, text):
        with pytest.raises(ImageError, match=r"base64 is damaged or incomplete|not a picture that can be read"):
            load_image(text)

    @pytest.mark.parametrize("url", ["https://example.org/face.jpg?size=1", "HTTP://example.org/", "ftp://x/a.png"])
    def test_a_url_is_refused_with_the_two_lines_that_download_it(self, url):
        with pytest.raises(ImageError) as caught:
            load_image(url)
        first, *lines = str(caught.value).splitlines()
        assert first == "this is a URL, and nothing is downloaded here; download the picture yourself:"
        assert lines == ["from urllib.request import urlopen", f"ec.analyze(urlopen({url!r}).read())"]

    def test_a_url_that_became_a_path_is_known_in_the_shell(self):
        with pytest.raises(ImageError, match=r"URL.*; first run: curl -LO https://example\.org/face\.jpg$"):
            load_image(Path("https://example.org/face.jpg"))

    def test_a_file_that_is_called_like_base64_is_a_file(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Image.fromarray(self.PICTURE).save("a" * 100, "PNG")
        assert np.array_equal(load_image("a" * 100), self.PICTURE)


class TestRotation:
    """The upright picture is 1 2 3 over 4 5 6; stored turned and mirrored as EXIF's orientations say."""

    STORED = {  # noqa: RUF012
        1: [[1, 2, 3], [4, 5, 6]],
        2: [[3, 2, 1], [6, 5, 4]],
        3: [[6, 5, 4], [3, 2, 1]],
        4: [[4, 5, 6], [1, 2, 3]],
        5: [[1, 4], [2, 5], [3, 6]],
        6: [[3, 6], [2, 5], [1, 4]],
        7: [[6, 3], [5, 2], [4, 1]],
        8: [[4, 1], [5, 2], [6, 3]],
    }

    def stored(self, orientation: int, form: str = "PNG", mode: str = "L") -> bytes:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        values = np.array(self.STORED.get(orientation, self.STORED[1]), np.uint8)
        return encoded(Image.fromarray(values).convert(mode), form, exif=exif)

    @pytest.mark.parametrize("orientation", STORED)
    @pytest.mark.parametrize("form", ["PNG", "TIFF"])
    def test_the_picture_is_upright(self, orientation, form):
        assert load_image(self.stored(orientation, form))[:, :, 0].tolist() == self.STORED[1]

    @pytest.mark.parametrize("orientation", STORED)
    def test_so_is_one_that_pillow_opened(self, orientation):
        with Image.open(io.BytesIO(self.stored(orientation))) as image:
            assert load_image(image)[:, :, 0].tolist() == self.STORED[1]

    def test_so_is_one_with_alpha(self):
        assert load_image(self.stored(6, mode="RGBA"))[:, :, 0].tolist() == self.STORED[1]

    @pytest.mark.parametrize("orientation", [0, 9, 65535])
    def test_an_orientation_that_is_none_is_ignored(self, orientation):
        assert load_image(self.stored(orientation))[:, :, 0].tolist() == self.STORED[1]

    @damaged_metadata
    @pytest.mark.parametrize(
        "block",
        [
            b"Exif\0\0garbage",
            b"Exif\0\0II*\0\x08\0\0\0" + b"\xff" * 40,
            b"Exif\0\0II*\0\xff\xff\xff\xff",
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xff\xff\xff\xff\6\0\0\0",
        ],
        ids=["text", "ones", "far offset", "orientation of 4 billion values"],
    )
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_a_corrupt_block_is_no_reason_to_refuse_the_picture(self, form, block):
        assert sorted(load_image(noise(form, exif=block)).shape) == [3, 40, 50]

    @damaged_metadata
    def test_a_huge_block_of_repeated_tags(self):
        block = struct.pack("<H", 5000) + b"\x12\x01\x03\0\1\0\0\0\6\0\0\0" * 5000
        assert load_image(noise("JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0" + block)).shape == (50, 40, 3)


class TestReducedJpegs:
    @staticmethod
    def jpeg(width: int, height: int, **options: object) -> bytes:
        """A JPEG of these many pixels, red on the left and blue on the right."""
        image = Image.new("RGB", (width, height), "red")
        image.paste("blue", (width // 2, 0, width, height))
        return encoded(image, "JPEG", **options)

    @pytest.mark.parametrize(
        ("width", "height", "side", "by"),
        [
            *((800, 600, 100, 8), (799, 600, 100, 4), (801, 607, 100, 8), (600, 800, 400, 2)),
            *((800, 600, 401, 1), (2000, 3, 100, 2), (2000, 1, 100, 1), (90, 60, 100, 1)),
        ],
    )
    def test_the_longer_side_keeps_what_is_wanted_of_it(self, width, height, side, by):
        picture, reduced = images.load_reduced(self.jpeg(width, height), side)
        assert reduced == by
        assert picture.shape == (-(-height // by), -(-width // by), 3)

    def test_the_colours_stay_where_they_were(self):
        picture, _ = images.load_reduced(self.jpeg(1600, 1200), 200)
        assert picture[10, 10].tolist() == [254, 0, 0]
        assert picture[10, -10].tolist() == [0, 0, 254]

    def test_it_is_upright(self):
        turned = Image.Exif()
        turned[0x0112] = 6
        picture, reduced = images.load_reduced(self.jpeg(1600, 800, exif=turned), 200)
        assert (picture.shape, reduced) == ((200, 100, 3), 8)

    def test_so_are_grey_and_cmyk_ones(self):
        for mode in ("L", "CMYK"):
            picture, reduced = images.load_reduced(encoded(Image.new(mode, (1000, 500)), "JPEG"), 250)
            assert (picture.shape, reduced) == ((125, 250, 3), 4)

    def test_others_are_read_whole(self, tmp_path):
        big = Image.new("RGB", (1000, 500))
        (tmp_path / "big.jpg").write_bytes(encoded(big, "JPEG"))
        assert images.load_reduced(str(tmp_path / "big.jpg"), 100)[1] == 8
        progressive = encoded(big, "JPEG", progressive=True)  # takes the memory of the whole to decode
        for source in (progressive, encoded(big, "PNG"), encoded(big, "WEBP"), big, np.asarray(big)):
            picture, reduced = images.load_reduced(source, 100)
            assert (picture.shape, reduced) == ((500, 1000, 3), 1)

    def test_what_is_damaged_is_said_as_for_whole_ones(self):
        data = self.jpeg(1600, 1200)[:-300]
        for load in (images.load_image, lambda data: images.load_reduced(data, 100)):
            with pytest.raises(ImageError, match="damaged or incomplete"):
                load(data)

    def test_too_many_pixels_are_refused_though_few_would_be_read(self, monkeypatch):
        data = self.jpeg(1000, 500)
        monkeypatch.setattr(images, "MAX_PIXELS", 100_000)
        with pytest.raises(ImageError, match="1000x500"):
            images.load_reduced(data, 100)


class TestSizes:
    def test_a_picture_with_more_pixels_than_wanted_is_refused_before_it_is_decoded(self, monkeypatch):
        data = encoded(Image.new("RGB", (100, 50)), "PNG")
        monkeypatch.setattr(images, "_from_pillow", lambda image: pytest.fail("it was decoded"))
        images.check_size(data, 5000)
        with pytest.raises(ImageError, match=r"100x50: the picture has more than 0.004999 megapixels"):
            images.check_size(data, 4999)

    def test_a_bomb_is_told_the_limit_that_it_was_measured_by(self):
        with pytest.raises(ImageError, match="more than 50 megapixels"):
            images.check_size(png(60_000, 60_000, 1, 0, b"\0"), 50_000_000)

    def test_what_is_no_picture_is_refused_as_when_it_is_read(self):
        for data, words in ((b"", "the file is empty"), (b"text", "this is not a picture")):
            with pytest.raises(ImageError, match=words):
                images.check_size(data, 1000)

    def test_the_file_of_a_picture_is_read_whatever_stands_for_it(self, tmp_path):
        data = encoded(Image.new("RGB", (9, 9)), "PNG")
        (tmp_path / "a.png").write_bytes(data)
        uri = f"data:image/png;base64,{base64.b64encode(data).decode()}"
        assert [images.read_bytes(one) for one in (data, tmp_path / "a.png", str(tmp_path / "a.png"), uri)] == [
            data
        ] * 4


class TestArrays:
    @pytest.mark.parametrize(
        ("array", "rgb"),
        [
            (np.full((2, 3), 77, np.uint8), (77, 77, 77)),
            (np.full((2, 3, 1), 77, np.uint8), (77, 77, 77)),
            (np.full((2, 3, 3), RED, np.uint8), RED),
            (np.full((2, 3, 4), (255, 0, 0, 128), np.uint8), (255, 127, 127)),
            (np.full((2, 3), 65535, np.uint16), WHITE),
            (np.full((2, 3, 3), (65535, 0, 0), np.uint16), RED),
            (np.full((2, 3), 200, np.uint16), (1, 1, 1)),
            (np.full((2, 3), 0.2, np.float32), (51, 51, 51)),
            (np.full((2, 3, 3), (1.0, 0, 0)), RED),
            (np.full((2, 3, 4), (1.0, 0, 0, 0)), WHITE),
            (np.full((2, 3), -0.0001), (0, 0, 0)),
        ],
    )
    def test_shapes_and_types(self, array, rgb):
        loaded = load_image(array)
        assert loaded.shape == (2, 3, 3)
        assert loaded.dtype == np.uint8
        assert tuple(loaded[0, 0].tolist()) == rgb

    @pytest.mark.parametrize("shape", [(), (5,), (5, 5, 0), (5, 5, 2), (5, 5, 5), (3, 5, 5), (1, 5, 5, 3)])
    def test_another_shape_is_refused(self, shape):
        with pytest.raises(ImageError, match=r"shape .* is no picture; allowed are \(h, w\), \(h, w, 3\), \(h, w, 4\)"):
            load_image(np.zeros(shape, np.uint8))

    @pytest.mark.parametrize(
        "kind", ["bool", "int8", "int64", "float16", "complex128", "object", "U1", "datetime64[s]"]
    )
    def test_another_type_is_refused(self, kind):
        with pytest.raises(ImageError, match="is no picture; allowed are uint8, uint16, and float from 0 to 1"):
            load_image(np.zeros((5, 5), kind))

    @pytest.mark.parametrize("shape", [(0, 5), (5, 0, 3), (0, 0, 4), (0, 0, 1)])
    def test_no_pixels(self, shape):
        with pytest.raises(ImageError, match="no pixels"):
            load_image(np.zeros(shape, np.uint8))

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_values_that_are_no_numbers(self, value):
        array = np.zeros((5, 5, 3))
        array[2, 2, 1] = value
        with pytest.raises(ImageError, match="not numbers"):
            load_image(array)

    def test_too_many_pixels_without_a_copy(self):
        with pytest.raises(ImageError, match=r"10000x20000.*more than 80 megapixels"):
            load_image(np.broadcast_to(np.uint8(0), (20000, 10000, 3)))

    @pytest.mark.parametrize("shape", [(4, 5), (4, 5, 3), (4, 5, 4)])
    def test_views_with_negative_and_wide_strides(self, shape):
        values = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        view = np.repeat(values, 2, axis=1)[::-1, ::-2]
        loaded = load_image(view)
        assert np.array_equal(loaded, load_image(view.copy()))
        assert loaded.flags["C_CONTIGUOUS"]

    def test_a_read_only_array_is_read(self):
        array = np.full((5, 5, 3), 9, np.uint8)
        array.flags.writeable = False
        assert np.array_equal(load_image(array), array)


class TestBadFiles:
    def refused(self, source: images.Picture) -> str:
        with pytest.raises(ImageError) as caught:
            load_image(source)
        message = str(caught.value)
        assert "\n" not in message
        return message

    def test_empty(self, tmp_path):
        (tmp_path / "a.jpg").touch()
        assert self.refused(tmp_path / "a.jpg") == self.refused(b"") == "the file is empty"

    def test_missing(self, tmp_path):
        assert self.refused(tmp_path / "a.jpg") == "there is no such file"
        assert self.refused(tmp_path / "no folder" / "a.jpg") == "there is no such file"

    def test_a_folder(self, tmp_path):
        assert self.refused(tmp_path) == "this is a folder, not a picture"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
    def test_no_permission(self, tmp_path):
        (tmp_path / "a.png").write_bytes(noise("PNG"))
        (tmp_path / "a.png").chmod(0)
        assert self.refused(tmp_path / "a.png") == "no permission to read the file"

    def test_no_permission_as_the_system_says_it(self, tmp_path, monkeypatch):
        (tmp_path / "a.png").write_bytes(noise("PNG"))

        def refuse(*_: object) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
        assert self.refused(tmp_path / "a.png") == "no permission to read the file"

    def test_links_in_a_circle(self, tmp_path):
        (tmp_path / "a").symlink_to(tmp_path / "b")
        (tmp_path / "b").symlink_to(tmp_path / "a")
        assert "cannot be read" in self.refused(tmp_path / "a")

    def test_a_link_to_nothing(self, tmp_path):
        (tmp_path / "a").symlink_to(tmp_path / "b")
        assert self.refused(tmp_path / "a") == "there is no such file"

    @pytest.mark.timeout(10)
    def test_a_pipe_is_not_waited_for(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.jpg")
        assert "not a file" in self.refused(tmp_path / "pipe.jpg")

    @pytest.mark.timeout(10)
    def test_a_device_is_not_read(self):
        assert "not a file" in self.refused("/dev/zero")

    def test_names_that_no_file_can_have(self):
        assert "cannot be read" in self.refused("a" * 5000)
        assert "cannot be read" in self.refused("a\0b.jpg")

    def test_more_bytes_than_allowed_are_not_read(self, tmp_path, monkeypatch):
        with open(tmp_path / "a.jpg", "wb") as file:
            file.truncate(MAX_BYTES + 1)
        monkeypatch.setattr("pathlib.Path.read_bytes", lambda _: pytest.fail("was read"))
        assert self.refused(tmp_path / "a.jpg") == "the file is larger than 100 MB"

    def test_more_bytes_than_allowed(self):
        assert self.refused(bytes(MAX_BYTES + 1)) == "the file is larger than 100 MB"

    @pytest.mark.parametrize(
        ("width", "height"), [(8500, 10000), (10000, 10000), (20000, 10000), (2**31 - 1, 2**31 - 1)]
    )
    def test_more_pixels_than_allowed_are_not_decoded(self, width, height, monkeypatch):
        monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("was decoded"))
        assert "more than 80 megapixels; make it smaller" in self.refused(png(width, height, 1, 0, b"\0"))

    def test_a_true_picture_of_100_megapixels_in_few_bytes(self):
        data = png(10000, 10000, 1, 0, bytes(1251 * 10000))
        assert len(data) < 1_000_000
        assert "more than 80 megapixels" in self.refused(data)

    def test_a_pillow_image_of_too_many_pixels(self):
        assert "10000x10000: the picture has more than 80 megapixels" in self.refused(Image.new("1", (10000, 10000)))

    @pytest.mark.parametrize(
        ("form", "options"),
        [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}), ("TIFF", {}), ("BMP", {})],
    )
    def test_truncated(self, form, options):
        data = noise(form, **options)
        assert "damaged or incomplete" in self.refused(data[: len(data) // 2])

    def test_truncated_so_that_there_is_no_picture_in_it(self):
        data = noise("AVIF")
        assert "not a picture that can be read" in self.refused(data[: len(data) // 2])

    @pytest.mark.parametrize("data", [b"GIF89a\x05\0\x05\0\0\0\0;", b"GIF89a\x05\0\x05\0\0\0\0"])
    def test_an_animation_of_no_frames(self, data):
        assert "not a picture that can be read" in self.refused(data)

    def test_a_header_that_lies(self):
        row = b"\0" + b"\xff" * 5
        assert "damaged or incomplete" in self.refused(png(5000, 5000, 8, 0, row * 5))
        assert self.refused(png(0, 5, 8, 0, row * 5))
        assert load_image(png(5, 3, 8, 0, row * 5)).shape == (3, 5, 3)  # more rows than promised: those promised

    @pytest.mark.parametrize(
        "data",
        [b"hello, I am a text", b"%PDF-1.4", b"PK\3\4", b"\0" * 100, b"\x89PNG", b"\xff\xd8\xff", "写真".encode()],
    )
    def test_no_picture(self, tmp_path, data):
        (tmp_path / "a.jpg").write_bytes(data)
        message = self.refused(tmp_path / "a.jpg")
        assert message == (
            "this is not a picture that can be read; readable are JPEG, PNG, WebP, HEIC, GIF, BMP, TIFF and AVIF"
        )

    @pytest.mark.parametrize("form", ["ICO", "EPS", "PDF", "TGA", "JPEG2000"])
    def test_pictures_of_other_kinds_are_left_out(self, form):
        assert "readable are JPEG" in self.refused(noise(form))

    def test_drawings(self):
        svg = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'
        assert self.refused(svg).startswith("SVG is a drawing, not a photo; readable are JPEG")

    @pytest.mark.parametrize("brand", [b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc", b"hevs"])
    def test_heic_with_nothing_in_it(self, brand):
        message = self.refused(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic")
        assert message.startswith(("this is not a picture that can be read", "the picture is damaged or incomplete"))

    def test_heic_that_is_cut_off(self):
        data = (HEIC / "plain.heic").read_bytes()
        assert "damaged or incomplete" in self.refused(data[:-100])

    def test_a_damaged_picture_that_pillow_opened(self):
        data = noise("JPEG")
        with Image.open(io.BytesIO(data[: len(data) // 2])) as image:
            assert "damaged or incomplete" in self.refused(image)

    def test_a_pillow_image_that_was_closed(self):
        image = Image.open(io.BytesIO(noise("PNG")))
        image.close()
        assert self.refused(image)

    def test_one_pixel_is_a_picture(self):
        assert load_image(encoded(Image.new("RGB", (1, 1), RED), "PNG")).shape == (1, 1, 3)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_picture_or_a_clear_error(data):
    try:
        load_image(data)
    except ImageError as error:
        assert str(error)


WHOLE = {form: noise(form) for form in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP")}


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_any_damage_gives_a_picture_or_a_clear_error(form: str, data: st.DataObject):
    damaged = bytearray(WHOLE[form])
    draw: Callable = data.draw
    for place in draw(st.lists(st.integers(0, min(400, len(damaged) - 1)), max_size=5)):
        damaged[place] = draw(st.integers(0, 255))
    try:
        loaded = load_image(bytes(damaged[: draw(st.integers(0, len(damaged)))]))
    except ImageError as error:
        assert str(error)
    else:
        assert loaded.dtype == np.uint8
        assert loaded.ndim == 3
