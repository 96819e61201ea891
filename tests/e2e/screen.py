"""A person at the real window: sees the screen's pixels, has a keyboard and a mouse, no more."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image
from PIL.Image import Resampling

from tests.e2e.conftest import ROOT
from tests.helpers.virtual_screen import VirtualScreen

T = TypeVar("T")

_ARTEFACTS = Path(os.environ.get("FLAWMARK_ARTEFACTS", ROOT / "artefacts"))
_GIVEN_UP_AFTER_S = 60.0
_LOOK_EVERY_S = 0.05
_STEPS_OF_A_DRAG = 8
_GROUND_PX, _ACROSS_PX = 12, 160
"""Beside the photo lies plain ground: a strip so wide and so long, in one colour."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the photo lies on the screen, in its pixels; right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def proportion(self) -> float:
        """Width to height."""
        return (self.right - self.left) / (self.bottom - self.top)


@dataclass
class Person:
    """`window` is what xdotool calls it. `size_px` is the width and height of the photos."""

    screen: VirtualScreen
    process: "subprocess.Popen[str]"
    window: str
    name: str
    size_px: tuple[int, int]
    photo: Frame = field(init=False)
    _taken: int = 0

    def title(self) -> str:
        return self.screen.xdotool("getwindowname", self.window).strip()

    def press(self, *keys: str) -> None:
        """By xdotool's names, one after the other: "ctrl+z", "space"."""
        self.screen.xdotool("key", *keys)

    def click(self, x_px: float, y_px: float) -> None:
        """At a point of the photo."""
        self._move_to(x_px, y_px)
        self.screen.xdotool("click", "1")

    def drag(self, start_px: tuple[float, float], end_px: tuple[float, float]) -> None:
        """With the left button, from one point of the photo to another one."""
        (x0, y0), (x1, y1) = start_px, end_px
        self._move_to(x0, y0)
        self.screen.xdotool("mousedown", "1")
        for step in range(1, _STEPS_OF_A_DRAG + 1):
            share = step / _STEPS_OF_A_DRAG
            self._move_to(x0 + share * (x1 - x0), y0 + share * (y1 - y0))
        self.screen.xdotool("mouseup", "1")

    def wait_for_photo(self, image: Path) -> None:
        """Until the window names the image, and its photo is on the screen and stands still."""
        wait_until(lambda: self.title().startswith(image.name))
        self.photo = wait_until(lambda: self._still_frame_of(image))

    def shoot(self, what: str) -> None:
        """Keeps a picture of the screen, for people to look at."""
        time.sleep(0.3)  # what the last key did is painted
        self._taken += 1
        _ARTEFACTS.mkdir(parents=True, exist_ok=True)
        shown = Image.fromarray(self.screen.pixels())
        shown.save(_ARTEFACTS / f"{self.name}-{self._taken:02d}-{what}.png")

    def leave(self) -> str:
        """Quits by the key; what the process wrote to its error stream."""
        self.press("ctrl+q")
        _, said = self.process.communicate(timeout=_GIVEN_UP_AFTER_S)
        assert self.process.returncode == 0
        return said

    def _move_to(self, x_px: float, y_px: float) -> None:
        width_px, height_px = self.size_px
        at = self.photo
        x = at.left + x_px * (at.right - at.left) / width_px
        y = at.top + y_px * (at.bottom - at.top) / height_px
        self.screen.xdotool("mousemove", str(round(x)), str(round(y)))

    def _still_frame_of(self, image: Path) -> Frame | None:
        """None while it moves, or only a part of it is painted: a look may come between."""
        frame = self._frame_of(image)
        if frame is None or abs(frame.proportion * self.size_px[1] / self.size_px[0] - 1) > 0.01:
            return None
        time.sleep(_LOOK_EVERY_S)
        return frame if frame == self._frame_of(image) else None

    def _frame_of(self, image: Path) -> Frame | None:
        """None while another photo or none is there."""
        pixels = self.screen.pixels()
        frame = photo_on(pixels)
        if frame is None:
            return None
        shown = pixels[frame.top : frame.bottom, frame.left : frame.right]
        small = 32, 32
        with Image.open(image) as photo:
            wanted = np.asarray(photo.convert("L").resize(small, Resampling.BOX), float)
        seen = np.asarray(Image.fromarray(shown).convert("L").resize(small, Resampling.BOX), float)
        is_it = np.corrcoef(wanted.ravel(), seen.ravel())[0, 1] > 0.8
        return frame if is_it else None


def photo_on(pixels: np.ndarray) -> Frame | None:
    """The photo around the middle of the screen: it ends where the plain ground begins."""
    x, y = pixels.shape[1] // 2, pixels.shape[0] // 2
    across = pixels[y - _ACROSS_PX // 2 : y + _ACROSS_PX // 2].transpose(1, 0, 2)
    down = pixels[:, x - _ACROSS_PX // 2 : x + _ACROSS_PX // 2]
    strips = across[x::-1], across[x:], down[y::-1], down[y:]
    first = [_edge((strip == strip[:, :1]).all(axis=(1, 2))) for strip in strips]
    if None in first:
        return None
    # A dark end of a photo may be plain as well, but not on most sides, and not in that colour.
    colours = [tuple(strip[n, 0]) for strip, n in zip(strips, first, strict=True)]
    ground = max(colours, key=colours.count)
    left, right, top, bottom = (_edge((strip == ground).all(axis=(1, 2))) for strip in strips)
    if left is None or right is None or top is None or bottom is None:
        return None
    return Frame(x - left + 1, y - top + 1, x + right, y + bottom)


def _edge(plain: np.ndarray) -> int | None:
    """How many pixels on the first long run of `plain` begins; None where there is none."""
    runs = np.lib.stride_tricks.sliding_window_view(plain, _GROUND_PX).all(axis=1)
    return int(runs.argmax()) if runs.any() else None


@contextmanager
def person_at(
    screen: VirtualScreen, project: Path | None, environment: dict[str, str], *, name: str
) -> Iterator[Person]:
    """At the window that `flawmark open` opened; it is ended where the person hasn't left it.

    Without a project it shows the start page.
    """
    command = [sys.executable, "-m", "app", "open", *([str(project)] if project else [])]
    ours = {k: v for k, v in environment.items() if k == "HOME" or k.startswith("FLAWMARK_")}
    variables = {**screen.environment, **ours}
    with subprocess.Popen(
        command, cwd=ROOT, env=variables, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            pid = str(process.pid)
            found = screen.xdotool("search", "--sync", "--onlyvisible", "--pid", pid).split()
            # There is no window manager, so nobody else gives a window the keys.
            screen.xdotool("windowfocus", "--sync", found[-1])
            yield Person(screen, process, found[-1], name, (1024, 1024))
        finally:
            process.kill()  # does nothing to one that has ended


def wait_until(look: Callable[[], T | None]) -> T:
    """What `look` sees once it sees anything."""
    until = time.monotonic() + _GIVEN_UP_AFTER_S
    while not (seen := look()):
        assert time.monotonic() < until, "it never came"
        time.sleep(_LOOK_EVERY_S)
    return seen
