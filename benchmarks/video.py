"""Video files against the way of the student project that this one grew from, on the same clips in the same run.

    python -m benchmarks --only video

Promised on two cores, with clips of 1280x720 and 25 frames a second and faces looked for 4 times a second: analysed at
least 5 times faster than it plays with one face, twice with four, and a marked copy written at least 1.5 times as fast;
a long file, and one of two hours, takes at most 100 MB more than one of a minute; cancelled within a second; half of
the onsets of drawn expressions within 120 ms. Beside it the ancestor's way: OpenCV reads, the Haar cascade looks at
every frame, and `model.predict` answers face by face.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import av
import cv2
import numpy as np

import emotion_core as ec
from benchmarks.ancestor import Ancestor
from benchmarks.folder import Watched, watch
from benchmarks.photos import portrait
from benchmarks.setting import Setting, on_cores
from benchmarks.table import Row, at_least, at_most, figure, in_ms
from emotion_core.datasets import draw_clip
from emotion_core.models import load_classifier
from emotion_core.video import (
    TimelineSettings,
    find_expressions,
    smoothed_curves,
    smoothed_result,
    timelines,
    write_annotated,
)
from emotion_core.visuals import annotate_live

CORES = 2
WIDTH, HEIGHT, RATE = 1280, 720, 25
TIMES_FASTER = {1: 5.0, 4: 2.0}
COPY_FASTER = 1.5
MORE_MEMORY, CANCELLED, ONSET = 100.0, 1000.0, 120.0
#: Seconds of the clips that are timed, and of what the ancestor is given of them.
CLIP, ANCESTORS = 20, 4
#: Hours of the longest file, and seconds from one of its frames that is analysed to the next.
HOURS, EVERY = 2, 10
SETTINGS = TimelineSettings()
DRAWN = ("happy", "surprised", "angry")


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    rows: list[Row] = []
    with on_cores(CORES):
        ancestor = Ancestor()
        for faces, promised in TIMES_FASTER.items():
            path = film(setting.scratch / f"{faces}.mp4", faces, CLIP)
            beside = f"the ancestor {figure(_ancestors_pace(ancestor, path))} times"
            paces = [CLIP / _seconds_of(path) for _ in range(setting.rounds)]
            rows.append(at_least(f"times faster than it plays, faces: {faces}", paces, promised, "x", beside))
        one = setting.scratch / "1.mp4"
        copies = [CLIP / _seconds_of_copy(one, setting.scratch / "copy.mp4") for _ in range(setting.rounds)]
        rows.append(at_least("a marked copy: times faster than it plays", copies, COPY_FASTER, "x"))
        rows += _memory(setting)
        rows.append(at_most("cancelled after", in_ms(_cancelled(one) for _ in range(setting.rounds)), CANCELLED))
    rows.append(at_most("onsets of drawn expressions off by", in_ms(_onsets_off_by()), ONSET))
    return f"{CLIP} s of {WIDTH}x{HEIGHT}, {RATE} frames a second, {CORES} cores", rows


def film(path: Path, faces: int, seconds: float) -> Path:
    """A clip of the portrait, once or four times, swinging."""
    side = HEIGHT // (1 if faces == 1 else 2)
    head = cv2.resize(portrait(), (side, side))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(round(seconds * RATE)):
            frame = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
            swing = round(40 * np.sin(number / 20))
            for place in range(faces):
                x, y = 120 + swing + place % 2 * WIDTH // 2, place // 2 * side
                frame[y : y + side, x : x + side] = head
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode())
    return path


def _seconds_of(path: Path) -> float:
    start = time.perf_counter()
    ec.analyze_video(path, detector_interval=0.25).run()
    return time.perf_counter() - start


def _seconds_of_copy(path: Path, target: Path) -> float:
    result = ec.analyze_video(path).run()
    start = time.perf_counter()
    write_annotated(smoothed_result(result, timelines(result)), target, annotate_live)
    return time.perf_counter() - start


def _ancestors_pace(ancestor: Ancestor, path: Path) -> float:
    """How many times faster than it plays the ancestor's way is."""
    capture, start, frames = cv2.VideoCapture(str(path)), time.perf_counter(), 0
    while frames < ANCESTORS * RATE:
        found, frame = capture.read()
        if not found:
            break
        ancestor.read(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY))
        frames += 1
    capture.release()
    return frames / RATE / (time.perf_counter() - start)


def _memory(setting: Setting) -> list[Row]:
    """What long files take more than one of a minute, as the shell analyses them; how long the longest one takes."""
    minute = film(setting.scratch / "minute.mp4", 1, 60)
    minutes = max(round(setting.minutes), 2)
    least = max(_watched(minute).memory)
    long = max(_watched(repeated(minute, setting.scratch / "long.mp4", minutes)).memory)
    now_and_then = _watched(repeated(minute, setting.scratch / "hours.mp4", 60 * HOURS), "--every", str(EVERY))
    sparse, said = max(now_and_then.memory) - least, f"{HOURS} hours, a frame every {EVERY} s"
    return [
        at_most(f"memory of {minutes} minutes beyond that of one", [long - least], MORE_MEMORY, "MB"),
        at_most(f"memory of {said}, beyond that of a minute", [sparse], MORE_MEMORY, "MB"),
        at_most(said, [now_and_then.wall], None, "s"),
    ]


def _watched(path: Path, *options: str) -> Watched:
    table = str(path.with_suffix(".csv"))
    return watch([sys.executable, "-m", "emotion_core", "analyze", str(path), "--csv", table, *options])


def repeated(path: Path, target: Path, times: int) -> Path:
    """A clip so many times after itself, as it is encoded."""
    with av.open(str(path)) as source, av.open(str(target), "w") as container:
        stream = source.streams.video[0]
        copied = container.add_stream_from_template(stream)
        packets = [
            (bytes(packet), packet.pts, packet.dts, packet.is_keyframe)
            for packet in source.demux(stream)
            if packet.dts is not None and packet.pts is not None
        ]
        assert stream.duration
        for number in range(times):
            for content, pts, dts, is_keyframe in packets:
                packet = av.Packet(content)
                packet.pts, packet.dts = pts + number * stream.duration, dts + number * stream.duration
                packet.stream, packet.time_base, packet.is_keyframe = copied, stream.time_base, is_keyframe
                container.mux(packet)
    return target


def _cancelled(path: Path) -> float:
    """Seconds from cancelling to the iterator's end."""
    analysis = ec.analyze_video(path)
    for _ in range(50):
        next(analysis)
    start = time.perf_counter()
    analysis.cancel()
    for _ in analysis:
        pass
    return time.perf_counter() - start


def _onsets_off_by() -> list[float]:
    """How many seconds the onset found lies from the one drawn; the whole clip's length where none is found."""
    classifier, off = load_classifier("default"), []
    for number in range(12):
        clip = draw_clip(DRAWN[number % len(DRAWN)], seed=number, size=64)
        curves = smoothed_curves(clip.seconds, classifier.predict_proba(clip.frames), SETTINGS.smoothing)
        found = find_expressions(1, clip.seconds, curves, SETTINGS.prominence, SETTINGS.least_seconds)
        near = [abs(one.onset - clip.onset) for one in found if clip.onset - 0.5 < one.apex < clip.offset + 0.5]
        off.append(min(near, default=float(clip.seconds[-1])))
    return off
