"""The window's start: from the start of the process until the first photo is on screen.

    python -m tests.bench.bench_start [--repeats 7] [--json] [--beside PEER] [COMMAND ...]

times `flawmark open` on a small project, warm (the first start is not counted), and what memory is
resident then, beside the peers' figures. COMMAND is what opens a project in place of
`python -m app open`, such as the program of the bundle.

Machines have slow minutes. PEER is the program of a peer that opens the photo that it is given,
such as /opt/peer/bin/anylabeling: both are started in turn, and the ratio of the two is told.

Linux counts pages of files as resident that nobody has asked for, as long as they lie in its cache
in large pieces. After an installation they do: that was 27 MB more (kernel 6.18), until the cache
was dropped or the machine started anew.

On the virtual screen the command runs as it is: nothing is told of the measurement, the pixels of
the screen are watched from outside. Where there is no Xvfb, and for the cost of drawing, Qt's
offscreen platform is measured too; there the process itself watches for the first paint of the
canvas that has a photo.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.imaging.opencv import cv2
from app.services.import_photos import import_photos
from app.storage.project import Project
from tests.helpers.virtual_screen import MISSING, VirtualScreen, virtual_screen

ROOT = Path(__file__).parents[2]
PEERS = {"AnyLabeling": (0.81, 160), "labelme": (1.07, 190), "X-AnyLabeling": (2.93, 341)}
"""Seconds and megabytes, on such a machine."""

PINK = (200, 60, 160)  # nothing else in a window has this colour
_GRAIN = 12
_PHOTO_SIDE_PX = 1024
_GIVEN_UP_AFTER_S = 30.0
_LOOK_EVERY_S = 0.005
_SEEN_SHARE = 0.05  # of the screen: some peers open a small window

OPEN = (sys.executable, "-m", "app", "open")


@dataclass(frozen=True)
class Start:
    """`resident_mb` as Linux counts it (VmRSS), when the first photo is on screen."""

    start_s: float
    resident_mb: float


def make_project(folder: Path) -> Path:
    """Three grainy pink JPEG photos of 1024x1024 with a few boxes each."""
    (folder / "photos").mkdir(parents=True)
    random = np.random.default_rng(1)
    for number in range(3):
        grain = random.integers(-_GRAIN, _GRAIN, (_PHOTO_SIDE_PX, _PHOTO_SIDE_PX, 1))
        rgb = (grain + PINK).astype(np.uint8)
        cv2.imwrite(str(folder / "photos" / f"{number}.jpg"), rgb[:, :, ::-1])
    with Project.create(folder / "project") as project:
        project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="bench")
        import_photos(project, folder / "photos")
        boxes = [Box(x, x, x + 60, x + 90) for x in (100, 400, 800)]
        project.apply(
            [
                AnnotationEdit(image, None, Annotation(new_uid(), 1, box, author="bench"))
                for image in (1, 2, 3)
                for box in boxes
            ],
            actor="bench",
        )
    return folder / "project"


def start_on(
    screen: VirtualScreen, command: Sequence[str], *, end_by: signal.Signals = signal.SIGINT
) -> Start:
    """The command as people type it; the screen is watched."""
    assert screen.share_of(PINK, tolerance=4 * _GRAIN) == 0, "the last window is still there"
    began = time.monotonic()
    window = subprocess.Popen(command, cwd=ROOT, env=screen.environment)
    try:
        while screen.share_of(PINK, tolerance=4 * _GRAIN) < _SEEN_SHARE:
            assert window.poll() is None, "the window ended by itself"
            assert time.monotonic() - began < _GIVEN_UP_AFTER_S, "no photo came on screen"
            time.sleep(_LOOK_EVERY_S)
        start_s = time.monotonic() - began
        resident_mb = _resident_kib(window.pid) / 1024
    finally:
        _end(window, end_by)
    return Start(start_s, resident_mb)


def _end(window: "subprocess.Popen[bytes]", by: signal.Signals) -> None:
    window.send_signal(by)
    try:
        window.wait(_GIVEN_UP_AFTER_S)
    except subprocess.TimeoutExpired:
        window.kill()
        raise


def _resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def start_offscreen(arguments: Sequence[str]) -> Start:
    """The same command line under Qt's offscreen platform, watched from inside."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.watched_start", *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    shown_at_s, resident_kib, _ = json.loads(done.stdout)
    return Start(shown_at_s - began, resident_kib / 1024)


def median_of(start: Callable[[], Start], repeats: int) -> Start:
    """Of warm starts; one more goes before them."""
    (found,) = medians_in_turn([start], repeats)
    return found


def medians_in_turn(programs: Sequence[Callable[[], Start]], repeats: int) -> list[Start]:
    """Of warm starts, one of each program before the next of the first; one more of each goes
    before them.
    """
    rounds = [[start() for start in programs] for _ in range(repeats + 1)][1:]
    return [
        Start(
            round(statistics.median(s.start_s for s in starts), 3),
            round(statistics.median(s.resident_mb for s in starts), 1),
        )
        for starts in zip(*rounds, strict=True)
    ]


def keep_what_is_compiled() -> None:
    """As for users: what Python compiles at the first start is there at the next."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def measure(command: tuple[str, ...], repeats: int) -> dict[str, Start]:
    """By platform: "virtual screen" where Xvfb is, "offscreen" unless `command` is another's."""
    keep_what_is_compiled()
    with tempfile.TemporaryDirectory() as folder:
        project = str(make_project(Path(folder)))
        measured = {}
        if not MISSING:
            with virtual_screen() as screen:
                on_it = partial(start_on, screen, (*command, project))
                measured["virtual screen"] = median_of(on_it, repeats)
        if command == OPEN:
            watched = partial(start_offscreen, ("open", project))
            measured["offscreen"] = median_of(watched, repeats)
        return measured


def measure_beside(peer: Sequence[str], repeats: int) -> tuple[Start, Start]:
    """Ours and the peer's, on the virtual screen."""
    keep_what_is_compiled()
    with tempfile.TemporaryDirectory() as folder, virtual_screen() as screen:
        project = make_project(Path(folder))
        photo = str(Path(folder) / "photos" / "0.jpg")
        ours, theirs = medians_in_turn(
            [
                partial(start_on, screen, (*OPEN, str(project))),
                partial(start_on, screen, (*peer, photo), end_by=signal.SIGTERM),
            ],
            repeats,
        )
    return ours, theirs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", nargs="*", default=OPEN)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--beside", metavar="PEER")
    given = parser.parse_args()
    if given.beside:
        ours, theirs = measure_beside([given.beside], given.repeats)
        for name, start in (("Flawmark", ours), (Path(given.beside).name, theirs)):
            print(f"{name:>24}  {start.start_s:5.2f} s  {start.resident_mb:4.0f} MB")
        print(f"{theirs.start_s / ours.start_s:.2f} times as long")
        return
    measured = measure(tuple(given.command), given.repeats)
    if given.json:
        print(json.dumps({name: asdict(start) for name, start in measured.items()}))
        return
    for name, start in measured.items():
        print(f"{'Flawmark, ' + name:>24}  {start.start_s:5.2f} s  {start.resident_mb:4.0f} MB")
    for name, (start_s, resident_mb) in PEERS.items():
        print(f"{name:>24}  {start_s:5.2f} s  {resident_mb:4} MB")


if __name__ == "__main__":
    main()
