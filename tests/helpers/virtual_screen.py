"""A virtual screen whose pixels can be read: what a person would see, with nothing in the way."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MISSING = [tool for tool in ("Xvfb", "xdotool") if not shutil.which(tool)]
"""System programs that this needs and that are not here."""

_SIZE = "1920x1080"
_LONGEST_S = 60
_ELSEWHERE = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")
_HEADER_SIZE, _WIDTH, _HEIGHT, _BYTES_PER_LINE, _COLOURS = 0, 4, 5, 12, 19
_BYTES_PER_COLOUR = 12


@dataclass(frozen=True)
class VirtualScreen:
    """`environment` makes a program draw on it."""

    environment: dict[str, str]
    framebuffer: Path

    def pixels(self, *, every: int = 1) -> NDArray[np.uint8]:
        """Height x width x 3, RGB, as it stands now; `every` n-th row and column of it."""
        # The X server keeps its screen in a file: an xwd dump, its header in big endian.
        header = np.fromfile(self.framebuffer, ">u4", 25)
        start = header[_HEADER_SIZE] + header[_COLOURS] * _BYTES_PER_COLOUR
        shape = int(header[_HEIGHT]), int(header[_BYTES_PER_LINE]) // 4, 4
        bgrx = np.memmap(self.framebuffer, np.uint8, "r", int(start), shape)
        return np.array(bgrx[::every, : header[_WIDTH] : every, 2::-1])

    def share_of(self, rgb: tuple[int, int, int], *, tolerance: int = 0) -> float:
        """How much of the screen has this colour, from 0 to 1, by one pixel in 64."""
        off = np.abs(self.pixels(every=8).astype(np.int16) - rgb)
        return float((off.max(axis=2) <= tolerance).mean())

    def xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=_LONGEST_S,  # it waits for ever for a window that never comes
        )
        return done.stdout


@contextmanager
def virtual_screen() -> Iterator[VirtualScreen]:
    """An X server of its own, ended afterwards."""
    read, write = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{_SIZE}x24", "-fbdir", folder],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        plain = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
        environment = {**plain, "DISPLAY": f":{number}", "LC_ALL": "C.UTF-8"}
        try:
            yield VirtualScreen(environment, Path(folder) / "Xvfb_screen0")
        finally:
            server.terminate()
            server.wait()
