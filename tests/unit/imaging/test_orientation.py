"""EXIF orientation is applied exactly once, whatever the format and whoever decodes it."""

import struct
from io import BytesIO

import numpy as np
import pytest
from photo_files import encoded, exif, picture, png, png16, png_chunk, smooth, tiff
from PIL import Image, ImageOps

from app.imaging.exif import orientation_of
from app.imaging.header import read_header
from app.imaging.pixels import read_levels, read_pixels

RGB = picture()
GREY = picture(channels=1)
DEEP = GREY.astype(np.uint16) * 257
ORIENTATIONS = range(1, 9)


def turned(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """What Pillow makes of it: orientation set on an image that holds no other EXIF data."""
    image = Image.fromarray(pixels)
    image.getexif()[0x0112] = orientation
    return np.asarray(ImageOps.exif_transpose(image))


def jpeg(orientation: int, order: str) -> bytes:
    return encoded(smooth(), "JPEG", quality=95, exif=b"Exif\0\0" + exif(orientation, order))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_jpeg(orientation, order, put):
    data = jpeg(orientation, order)
    theirs = np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(data)))).astype(int)
    path = put("a.jpg", data)
    assert np.abs(read_pixels(path) - theirs).max() <= 2
    header = read_header(path)
    assert (header.height_px, header.width_px) == theirs.shape[:2]
    assert header.orientation == orientation


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_grey_and_cmyk_jpegs(orientation, put):
    marks = {"exif": b"Exif\0\0" + exif(orientation), "quality": 95}
    for mode in ("L", "CMYK"):
        data = encoded(Image.fromarray(smooth()).convert(mode), "JPEG", **marks)
        theirs = ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("RGB")
        difference = read_pixels(put("a.jpg", data)) - np.asarray(theirs).astype(int)
        assert np.abs(difference).max() <= 2, mode


FORMATS = {
    "png": ("a.png", lambda o: encoded(RGB, "PNG", exif=exif(o)), RGB),
    "png, behind the pixels": (
        "a.png",
        lambda o: png8(after=png_chunk(b"eXIf", exif(o, ">"))),
        GREY,
    ),
    "png 16 bit": ("a.png", lambda o: png16(DEEP, before=png_chunk(b"eXIf", exif(o))), DEEP),
    "webp": ("a.webp", lambda o: encoded(RGB, "WEBP", lossless=True, exif=exif(o)), RGB),
    "webp, prefixed": (
        "a.webp",
        lambda o: encoded(RGB, "WEBP", lossless=True, exif=b"Exif\0\0" + exif(o)),
        RGB,
    ),
    "tiff": ("a.tif", lambda o: tiff(RGB, photometric=2, tags={274: (3, [o])}), RGB),
    "tiff grey": ("a.tif", lambda o: tiff(GREY, photometric=1, tags={274: (3, [o])}), GREY),
    "tiff big endian": (
        "a.tif",
        lambda o: tiff(RGB, photometric=2, order=">", tags={274: (3, [o])}),
        RGB,
    ),
    "tiff 16 bit": ("a.tif", lambda o: tiff(DEEP, photometric=1, tags={274: (3, [o])}), DEEP),
    "tiff lzw": (
        "a.tif",
        lambda o: encoded(RGB, "TIFF", compression="tiff_lzw", tiffinfo={274: o}),
        RGB,
    ),
}


def png8(**chunks: bytes) -> bytes:
    return png([row.tobytes() for row in GREY], GREY.shape[1], 8, 0, **chunks)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("name", FORMATS)
def test_lossless_formats(name, orientation, put):
    file_name, make, stored = FORMATS[name]
    path = put(file_name, make(orientation))
    expected = turned(stored, orientation)
    levels = read_levels(path)
    if levels.ndim > expected.ndim:
        levels = levels[:, :, 0]
    np.testing.assert_array_equal(levels, expected)
    header = read_header(path)
    assert (header.height_px, header.width_px) == expected.shape[:2]
    assert header.orientation == orientation


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Exif\0\0",
        b"nonsense",
        exif(0),
        exif(9),
        exif(6)[:12],
        b"II*\0" + struct.pack("<I", 4_000_000_000),
        exif(6)[:8] + b"\xff\xff" + exif(3)[10:12],
        exif(6).replace(struct.pack("<HH", 0x0112, 3), struct.pack("<HH", 0x0112, 2)),
    ],
)
def test_damaged_exif_means_upright(data, put):
    assert orientation_of(data) == 1
    path = put("a.jpg", encoded(smooth(), "JPEG", exif=b"Exif\0\0" + data))
    assert read_header(path).orientation == 1
    assert read_pixels(path).shape == smooth().shape


def test_a_damaged_orientation_in_a_tiff_means_upright(put):
    for value in ((3, [0]), (3, [77]), (4, [6]), (3, [6, 6])):
        path = put("a.tif", tiff(RGB, photometric=2, tags={274: value}))
        np.testing.assert_array_equal(read_pixels(path), RGB)
