"""Folders of small photos, and projects over them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.imaging.opencv import cv2
from app.storage.project import Project

WritePhoto = Callable[..., Path]


@pytest.fixture
def write_photo() -> WritePhoto:
    """Writes a PNG of 200x100 pixels, different for every `seed`."""

    def write(path: Path, *, seed: int = 0, width_px: int = 200, height_px: int = 100) -> Path:
        pixels = np.random.default_rng(seed).integers(0, 255, (height_px, width_px), np.uint8)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
        return path

    return write


@pytest.fixture
def photos(tmp_path: Path, write_photo: WritePhoto) -> Path:
    """A folder of six photos, in two folders with a name in common."""
    folder = tmp_path / "photos"
    for number in range(3):
        write_photo(folder / "monday" / f"layer_{number}.png", seed=number)
        write_photo(folder / "tuesday" / f"layer_{number}.png", seed=10 + number)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "project") as project:
        yield project
