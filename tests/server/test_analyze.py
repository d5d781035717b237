"""POST /analyze, asked over HTTP of a process of its own."""

from __future__ import annotations

import asyncio
import base64
import io
import struct
import time
import zlib
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import emotion_core as ec
from emotion_core.inference import face_as_json
from emotion_server import ServerSettings
from emotion_server.bodies import Upload
from emotion_server.problems import ProblemError
from emotion_server.routers.analyze import Options, _analyse_all
from tests.fakes import FakeClassifier
from tests.server.conftest import MAX_BYTES, MAX_FILES, SECONDS
from tests.services import BYTES, JPEG, answer_to, form, is_problem


class TestPictures:
    def test_several_files_get_the_answers_of_analyze_many(self, service, jpeg, pair):
        answer = service.send("/analyze", ("a.jpg", jpeg), ("b.jpg", pair), ("写真.txt", b"no picture"))
        assert answer.status == 200
        assert {"model", "version", "results", "card_sha256"} == set(answer.json)
        assert answer.json["model"] == "emotion-net" and answer.json["version"] == ec.__version__
        expected = list(ec.analyze_many([("a.jpg", jpeg), ("b.jpg", pair), ("写真.txt", b"no picture")]))
        assert [result["name"] for result in answer.json["results"]] == ["a.jpg", "b.jpg", "写真.txt"]
        assert [result["error"] for result in answer.json["results"]] == [result.error for result in expected]
        for result, found in zip(answer.json["results"], expected, strict=True):
            faces = [{k: v for k, v in face_as_json(face).items() if k in FACE} for face in found.faces]
            assert result["faces"] == faces
        assert [len(result["faces"]) for result in answer.json["results"]] == [1, 2, 0]

    @pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "application/octet-stream"])
    def test_one_picture_may_be_the_body(self, service, jpeg, kind):
        answer = service.ask("/analyze", jpeg, {"Content-Type": kind})
        (result,) = answer.json["results"]
        assert (answer.status, result["error"], len(result["faces"])) == (200, "", 1)

    def test_a_picture_without_a_face_is_no_error(self, service):
        file = io.BytesIO()
        Image.new("RGB", (400, 300), "grey").save(file, "PNG")
        answer = service.ask("/analyze", file.getvalue(), BYTES)
        assert (answer.status, answer.json["results"]) == (200, [{"name": "body", "error": "", "faces": []}])

    def test_options_say_what_is_looked_for_and_given(self, service, pair):
        plain, largest = (service.ask(f"/analyze{query}", pair, JPEG).json for query in ("", "?faces=1"))
        assert largest["results"][0]["faces"] == plain["results"][0]["faces"][:1]
        (result,) = service.ask("/analyze?landmarks=true&crops=1&annotated=true", pair, JPEG).json["results"]
        assert np.shape(result["faces"][0]["landmarks"]) == (5, 2)
        assert ec.load_image(base64.b64decode(result["faces"][0]["crop"])).shape == (48, 48, 3)
        assert ec.load_image(base64.b64decode(result["annotated"])).shape == (512, 800, 3)
        assert service.ask("/analyze?threshold=1", pair, JPEG).json["results"][0]["faces"] == []
        assert service.ask("/analyze?model=seed-cnn", pair, JPEG).json["model"] == "seed-cnn"
        (whole,) = service.ask("/analyze?whole=true", pair, JPEG).json["results"][0]["faces"]
        assert whole["box"] == {"x": 0, "y": 0, "width": 800, "height": 512}


FACE = {"emotion", "confidence", "probabilities", "box", "detection_score"}


class TestWhatCannotBeUsed:
    def test_where_no_file_could_be_read_it_says_why_of_each(self, service):
        answer = service.send("/analyze", ("a.txt", b"text"), ("b.jpg", b""))
        assert is_problem(answer, 422, "no picture could be read: this is not a picture")
        assert [result["error"][:19] for result in answer.json["results"]] == [
            "this is not a pictu",
            "the file is empty",
        ]

    @pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "a/b;c=d"])
    def test_another_kind_of_body(self, service, kind):
        answer = service.ask("/analyze", b"{}", {"Content-Type": kind})
        assert is_problem(answer, 415, "allowed are multipart/form-data with the field files")

    @pytest.mark.parametrize(
        ("body", "kind"),
        [(b"abc", "multipart/form-data"), (b"abc", "multipart/form-data; boundary=LINE"), (b"", "multipart/form-data")],
    )
    def test_a_damaged_form(self, service, body, kind):
        assert is_problem(service.ask("/analyze", body, {"Content-Type": kind}), 400, "the multipart body is damaged")

    def test_a_form_without_a_picture(self, service, jpeg):
        assert is_problem(service.send("/analyze"), 422, "there is no file in the field files")
        assert is_problem(service.send("/analyze", ("a", jpeg), field="img"), 422, "the field 'img' cannot be used")

    def test_no_path_and_no_url_is_opened(self, service):
        body, headers = form(
            ("x", b"/etc/passwd"), ("y", b"http://127.0.0.1/x.jpg"), ("z", b"data:image/png;base64,AAAA")
        )
        answer = service.ask("/analyze", body, headers)
        assert is_problem(answer, 422, "this is not a picture that can be read")
        for name in ("../../etc", "/etc", "%2Fetc", "emotion-net/../seed-cnn", "x" * 5000):
            assert service.ask(f"/analyze?model={name}", body, headers).status == 404

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("threshold=70", "threshold: input should be less than or equal to 1"),
            ("threshold=nan", "threshold: "),
            ("faces=0", "faces: input should be greater than or equal to 1"),
            ("smallest_face=-1", "smallest_face: "),
            ("prior=mine", "prior: "),
        ],
    )
    def test_an_option_that_is_not_allowed(self, service, jpeg, query, words):
        assert is_problem(service.ask(f"/analyze?{query}", jpeg, JPEG), 422, words)

    def test_an_unknown_model_and_an_unknown_address(self, service, jpeg):
        answer = service.ask("/analyze?model=nobody", jpeg, JPEG)
        assert is_problem(answer, 404, "there is no model 'nobody'; there are emotion-net, ")
        assert is_problem(service.ask("/analyse", jpeg, JPEG), 404, "there is no /analyse here")
        assert is_problem(service.ask("/analyze"), 405, "does not allow GET")


class TestLimits:
    def test_a_body_that_says_it_is_too_large_is_not_read(self, service):
        assert b" 413 " in answer_to(service, head("image/png", f"Content-Length: {MAX_BYTES + 1}"))

    def test_one_that_does_not_say_so_is_cut_while_it_is_read(self, service):
        part = b"%x\r\n%s\r\n" % (100_000, b"x" * 100_000)
        # there is no end to what is sent
        assert b" 413 " in answer_to(service, head("image/png", CHUNKED), *[part] * 12)

    def test_a_form_that_is_too_large(self, service):
        answer = answer_to(service, *in_chunks(form(("a", b"x" * MAX_BYTES))[0]))
        assert b" 413 " in answer and b"send less at a time" in answer

    def test_too_many_files(self, service):
        files = [(f"{number}.jpg", b"x") for number in range(MAX_FILES + 1)]
        assert is_problem(service.send("/analyze", *files), 413, f"more than {MAX_FILES} files")
        assert is_problem(service.send("/analyze", *files * 2000), 413, "")

    def test_a_bomb_is_not_decoded(self, service):
        answer = service.ask("/analyze", bomb(1500, 1500), BYTES)
        assert is_problem(answer, 422, "1500x1500: the picture has more than 2 megapixels")
        assert is_problem(service.ask("/analyze", bomb(60_000, 60_000), BYTES), 422, "more than 2 megapixels")

    def test_a_client_that_is_slow_is_not_waited_for(self, service):
        start = time.monotonic()
        answer = answer_to(service, head("image/png", "Content-Length: 1000") + b"abc")
        assert b" 408 " in answer and b"did not arrive within 3 seconds" in answer
        assert time.monotonic() - start >= SECONDS * 0.9

    def test_what_a_request_asked_for_is_not_gone_on_with_once_it_is_refused(self, jpeg):
        begun = []

        class Busy:
            threads, settings = 2, ServerSettings()

            async def run(self, *asked):
                begun.append(asked)
                if len(begun) == 1:
                    raise ProblemError(503, "there is too much to do")
                await asyncio.sleep(0.01)

        uploads = [Upload(f"{number}.jpg", jpeg) for number in range(20)]
        loaded = SimpleNamespace(classifier=FakeClassifier(happy=0.9))

        async def ask():
            with pytest.raises(ProblemError):
                await _analyse_all(uploads, Options(), loaded, Busy())
            await asyncio.sleep(0.1)

        asyncio.run(ask())
        assert len(begun) <= 3

    def test_a_name_with_half_a_character(self, service, jpeg):
        before = b'--x\r\nContent-Disposition: form-data; name="files"; filename="\\ud800"\r\n\r\n'
        kind = {"Content-Type": "multipart/form-data; boundary=x; charset=unicode_escape"}
        answer = service.ask("/analyze", before + jpeg + b"\r\n--x--\r\n", kind)
        assert answer.status == 200 and answer.json["results"][0]["name"] == "?"

    def test_garbage_changes_nothing_for_others(self, service, jpeg):
        for number in range(10):
            garbage = np.random.default_rng(number).bytes(3000)
            assert service.ask("/analyze", garbage, BYTES).status == 422
            assert b" 400 " in answer_to(service, garbage + b"\r\n\r\n")
        assert service.ask("/analyze", jpeg, JPEG).status == 200


CHUNKED = "Transfer-Encoding: chunked"


def head(kind: str, length: str) -> bytes:
    """What stands before a body."""
    return f"POST /analyze HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{length}\r\n\r\n".encode()


def in_chunks(body: bytes) -> list[bytes]:
    """A form that does not say how long it is."""
    parts = [body[start : start + 65536] for start in range(0, len(body), 65536)]
    first = head("multipart/form-data; boundary=LINE", CHUNKED)
    return [first, *(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)]


def bomb(width: int, height: int) -> bytes:
    """A PNG of so many pixels in few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def test_a_misspelt_option_is_refused_with_those_that_there_are(service, jpeg):
    answer = service.ask("/analyze?treshold=0.5", jpeg, JPEG)
    assert is_problem(answer, 422, "there is no parameter 'treshold'; allowed are model, detector, threshold")
    assert is_problem(service.ask("/models?model=x"), 422, "this address takes none")
