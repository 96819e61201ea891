"""Photos with bytes changed, lost or repeated: refused in words, or read at the header's size."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from photo_files import encoded, exif, picture, png16, smooth, tiff
from PIL import Image

from app.core.errors import UserError
from app.imaging.header import read_header
from app.imaging.pixels import read_pixels

DEEP = picture().astype(np.uint16) * 257
SEEDS: dict[str, list[bytes]] = {
    ".jpg": [
        encoded(smooth(40, 24), "JPEG", exif=b"Exif\0\0" + exif(6)),
        encoded(smooth(40, 24)[:, :, 0], "JPEG", restart_marker_rows=1),
        encoded(smooth(40, 24), "JPEG", progressive=True),
        encoded(Image.fromarray(smooth(40, 24)).convert("CMYK"), "JPEG"),
    ],
    ".png": [
        encoded(picture(), "PNG", exif=exif(8)),
        encoded(Image.fromarray(picture()).quantize(16), "PNG"),
        png16(DEEP),
    ],
    ".bmp": [
        encoded(picture(), "BMP"),
        encoded(Image.fromarray(picture()).quantize(16), "BMP"),
    ],
    ".tif": [
        tiff(picture(), photometric=2, tags={274: (3, [5])}),
        tiff(DEEP, photometric=2, planar=2),
        tiff(DEEP[:, :, 0], photometric=0, big=True),
        encoded(picture(), "TIFF", compression="tiff_lzw"),
        encoded(Image.fromarray(picture()).quantize(16), "TIFF"),
        encoded(smooth(), "TIFF", compression="jpeg"),
    ],
    ".webp": [
        encoded(picture(channels=4), "WEBP", lossless=True, exif=exif(7)),
        encoded(smooth(40, 24), "WEBP"),
        encoded(picture(channels=4), "WEBP"),
    ],
}


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    data = bytearray(draw(st.sampled_from(seeds)))
    # Most of a small file is its header: that is where most faults are told from each other.
    near_start = st.integers(0, min(len(data) - 1, 200))
    near_end = st.integers(max(0, len(data) - 300), len(data) - 1)
    place = st.one_of(near_start, near_end, st.integers(0, len(data) - 1))
    for _ in range(draw(st.integers(0, 4))):
        at = min(draw(place), len(data) - 1)
        change = draw(st.binary(min_size=1, max_size=4))
        data[at : at + len(change)] = change
    if draw(st.booleans()):
        first, last = sorted((draw(place), draw(place)))
        del data[first : last if draw(st.booleans()) else len(data)]
    return bytes(data)


Read = TypeVar("Read")


def attempt(read: Callable[[Path], Read], path: Path) -> Read | None:
    """What is read, or None where it is refused as it should be."""
    try:
        return read(path)
    except UserError as error:
        refusal = error
    assert path.name in refusal.what and refusal.hint
    return None


def check(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        header, pixels = attempt(read_header, path), attempt(read_pixels, path)
    if header is None:
        assert pixels is None
    elif pixels is not None:
        assert pixels.shape == (header.height_px, header.width_px, 3)
        assert pixels.dtype == np.uint8


@pytest.mark.parametrize("suffix", SEEDS)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_mutated_photo_is_refused_or_read(suffix, data, tmp_path):
    check(tmp_path / f"a{suffix}", data.draw(mutated(SEEDS[suffix])))


@pytest.mark.parametrize("suffix", SEEDS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tail=st.binary(max_size=200))
@example(tail=b"")
def test_a_photos_first_bytes_and_then_anything(suffix, tail, tmp_path):
    for seed in SEEDS[suffix]:
        check(tmp_path / f"a{suffix}", seed[:16] + tail)


@pytest.mark.parametrize("suffix", SEEDS)
def test_the_seeds_themselves_are_good(suffix, tmp_path):
    for seed in SEEDS[suffix]:
        path = tmp_path / f"a{suffix}"
        path.write_bytes(seed)
        assert read_pixels(path).shape[2] == 3
