"""Every format in every mode gives the pixels that went in."""

import struct
from io import BytesIO

import numpy as np
import pytest
from photo_files import bmp, encoded, picture, png, png16, png_chunk, smooth, tiff
from PIL import Image

from app.imaging.header import read_header
from app.imaging.pixels import read_levels, read_pixels

RGB, GREY = picture(), picture(channels=1)
RGBA = picture(channels=4)
INK = picture(channels=4, seed=5)
BITS = GREY > 127


def grey3(grey: np.ndarray) -> np.ndarray:
    return np.dstack([grey] * 3)


def palette_image(*, transparency: bytes | None = None) -> Image.Image:
    image = Image.fromarray(RGB).quantize(16)
    if transparency is not None:
        image.info["transparency"] = transparency
    return image


def colours_of(image: Image.Image) -> np.ndarray:
    table = np.array(image.getpalette(), np.uint8).reshape(-1, 3)
    return table[np.asarray(image)]


def inks_to_rgb(inks: np.ndarray) -> np.ndarray:
    c, m, y, k = (255 - inks[:, :, channel].astype(float) for channel in range(4))
    return np.rint(np.dstack([c * k, m * k, y * k]) / 255).astype(np.uint8)


def cmyk(inks: np.ndarray) -> Image.Image:
    return Image.frombytes("CMYK", (inks.shape[1], inks.shape[0]), inks.tobytes())


def packed(samples: np.ndarray, bits: int) -> bytes:
    """Rows of samples without a gap between them, each row filled up to a whole byte."""
    rows = []
    for row in samples:
        text = "".join(format(int(value), f"0{bits}b") for value in row)
        text += "0" * (-len(text) % 8)
        rows.append(int(text, 2).to_bytes(len(text) // 8, "big"))
    return b"".join(rows)


def bmp_rows(pixels: np.ndarray, row_bytes: int) -> bytes:
    return b"".join(row.tobytes().ljust(row_bytes, b"\0") for row in pixels[::-1])


def rgb555(pixels: np.ndarray) -> tuple[bytes, np.ndarray]:
    r, g, b = (pixels[:, :, i].astype(int) >> 3 for i in range(3))
    words = (r << 10 | g << 5 | b).astype("<u2")
    rows = b"".join(row.tobytes().ljust(48, b"\0") for row in words[::-1])
    return rows, np.dstack([c * 255 // 31 for c in (r, g, b)])


PALETTE = palette_image()
SEE_THROUGH = palette_image(transparency=bytes(range(16)))
GREY_ALPHA = Image.merge("LA", [Image.fromarray(GREY), Image.fromarray(GREY.copy()).rotate(180)])
LOW4 = GREY >> 4
RLE = bmp(
    b"\x05\x01\x02\x02\0\0" + b"\x04\x00\x03\x01\0\0\0\x01",
    7,
    2,
    8,
    compression=1,
    palette=b"\x0a\x14\x1e\0\x28\x32\x3c\0\x46\x50\x5a\0",
)
RLE_COLOURS = np.array([[30, 20, 10], [60, 50, 40], [90, 80, 70]], np.uint8)
RLE_PIXELS = RLE_COLOURS[np.array([[0, 0, 0, 0, 1, 1, 1], [1, 1, 1, 1, 1, 2, 2]])]

CASES = {
    "png grey": ("a.png", encoded(GREY, "PNG"), grey3(GREY), "grey", 8),
    "png rgb": ("a.png", encoded(RGB, "PNG"), RGB, "rgb", 8),
    "png rgb, upper case": ("a.PNG", encoded(RGB, "PNG", optimize=True), RGB, "rgb", 8),
    "png rgba": ("a.png", encoded(RGBA, "PNG"), RGBA[:, :, :3], "rgba", 8),
    "png grey alpha": ("a.png", encoded(GREY_ALPHA, "PNG"), grey3(GREY), "grey_alpha", 8),
    "png 1 bit": (
        "a.png",
        encoded(Image.fromarray(BITS), "PNG"),
        grey3(BITS.astype(np.uint8) * 255),
        "grey",
        1,
    ),
    "png 4 bit grey": (
        "a.png",
        png([packed(row[None], 4) for row in LOW4], 23, 4, 0),
        grey3(LOW4 * 17),
        "grey",
        4,
    ),
    "png palette": ("a.png", encoded(PALETTE, "PNG"), colours_of(PALETTE), "palette", 4),
    "png palette, transparent": (
        "a.png",
        encoded(SEE_THROUGH, "PNG"),
        colours_of(SEE_THROUGH),
        "palette",
        4,
    ),
    "png rgb, one colour transparent": (
        "a.png",
        png(
            [row.tobytes() for row in RGB],
            23,
            8,
            2,
            before=png_chunk(b"gAMA", struct.pack(">I", 100_000))
            + png_chunk(b"tRNS", struct.pack(">3H", *map(int, RGB[0, 0]))),
        ),
        RGB,
        "rgb",
        8,
    ),
    "bmp rgb": ("a.bmp", encoded(RGB, "BMP"), RGB, "rgb", 8),
    "bmp grey": ("a.bmp", encoded(GREY, "BMP"), grey3(GREY), "palette", 8),
    "bmp 1 bit": (
        "a.bmp",
        encoded(Image.fromarray(BITS), "BMP"),
        grey3(BITS.astype(np.uint8) * 255),
        "palette",
        1,
    ),
    "bmp palette": ("a.bmp", encoded(PALETTE, "BMP"), colours_of(PALETTE), "palette", 8),
    "bmp 32 bit": (
        "a.bmp",
        bmp(RGBA[::-1, :, [2, 1, 0, 3]].tobytes(), 23, 14, 32),
        RGBA[:, :, :3],
        "rgb",
        8,
    ),
    "bmp top down": ("a.bmp", bmp(bmp_rows(RGB[::-1, :, ::-1], 72), 23, -14, 24), RGB, "rgb", 8),
    "bmp 16 bit": ("a.bmp", bmp(rgb555(RGB)[0], 23, 14, 16), rgb555(RGB)[1], "rgb", 8),
    "bmp run lengths": ("a.bmp", RLE, RLE_PIXELS, "palette", 8),
    "tiff grey": ("a.tif", encoded(GREY, "TIFF"), grey3(GREY), "grey", 8),
    "tiff rgb": ("a.TIFF", encoded(RGB, "TIFF"), RGB, "rgb", 8),
    "tiff rgba": ("a.tif", encoded(RGBA, "TIFF"), RGBA[:, :, :3], "rgba", 8),
    "tiff grey alpha": ("a.tif", encoded(GREY_ALPHA, "TIFF"), grey3(GREY), "grey_alpha", 8),
    "tiff lzw": ("a.tif", encoded(RGB, "TIFF", compression="tiff_lzw"), RGB, "rgb", 8),
    "tiff deflate": (
        "a.tif",
        encoded(RGB, "TIFF", compression="tiff_adobe_deflate"),
        RGB,
        "rgb",
        8,
    ),
    "tiff packbits": (
        "a.tif",
        encoded(GREY, "TIFF", compression="packbits"),
        grey3(GREY),
        "grey",
        8,
    ),
    "tiff fax": (
        "a.tif",
        encoded(Image.fromarray(BITS), "TIFF", compression="group4"),
        grey3(BITS.astype(np.uint8) * 255),
        "grey",
        1,
    ),
    "tiff 1 bit": (
        "a.tif",
        encoded(Image.fromarray(BITS), "TIFF"),
        grey3(BITS.astype(np.uint8) * 255),
        "grey",
        1,
    ),
    "tiff palette": ("a.tif", encoded(PALETTE, "TIFF"), colours_of(PALETTE), "palette", 8),
    "tiff cmyk": ("a.tif", encoded(cmyk(INK), "TIFF"), inks_to_rgb(INK), "cmyk", 8),
    "tiff planes": ("a.tif", tiff(RGB, photometric=2, planar=2), RGB, "rgb", 8),
    "tiff big endian": ("a.tif", tiff(RGB, photometric=2, order=">"), RGB, "rgb", 8),
    "tiff white is zero": ("a.tif", tiff(GREY, photometric=0), grey3(255 - GREY), "grey", 8),
    "bigtiff": ("a.tif", tiff(RGB, photometric=2, big=True), RGB, "rgb", 8),
    "bigtiff big endian": ("a.tif", tiff(RGB, photometric=2, big=True, order=">"), RGB, "rgb", 8),
    "webp lossless": ("a.webp", encoded(RGB, "WEBP", lossless=True), RGB, "rgb", 8),
    "webp lossless alpha": (
        "a.webp",
        encoded(RGBA, "WEBP", lossless=True, exact=True),
        RGBA[:, :, :3],
        "rgba",
        8,
    ),
    "webp profile": (
        "a.webp",
        encoded(RGB, "WEBP", lossless=True, icc_profile=b"not a profile"),
        RGB,
        "rgb",
        8,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_lossless_photos_are_read_exactly(case, put):
    name, data, expected, mode, bits = case
    path = put(name, data)
    pixels = read_pixels(path)
    header = read_header(path)
    np.testing.assert_array_equal(pixels, expected)
    assert pixels.dtype == np.uint8 and pixels.flags.c_contiguous and pixels.flags.writeable
    assert (header.height_px, header.width_px, 3) == pixels.shape
    assert (header.mode, header.bits, header.orientation) == (mode, bits, 1)


def jpeg_cases() -> dict[str, tuple[bytes, np.ndarray, str]]:
    grey = smooth()[:, :, 2]
    red = Image.fromarray(smooth())
    inks = Image.fromarray(255 - smooth())
    cmyk_photo = Image.merge("CMYK", [*inks.split(), Image.new("L", inks.size)])
    return {
        "grey": (encoded(grey, "JPEG", quality=95), grey3(grey), "grey"),
        "rgb": (encoded(red, "JPEG", quality=95, subsampling=0), smooth(), "rgb"),
        "rgb 4:2:0": (encoded(red, "JPEG", quality=95, subsampling=2), smooth(), "rgb"),
        "progressive": (encoded(red, "JPEG", quality=95, progressive=True), smooth(), "rgb"),
        "restarts": (encoded(red, "JPEG", quality=95, restart_marker_blocks=3), smooth(), "rgb"),
        "grey restarts": (
            encoded(grey, "JPEG", quality=95, restart_marker_rows=1),
            grey3(grey),
            "grey",
        ),
        "no colour transform": (encoded(red, "JPEG", quality=95, keep_rgb=True), smooth(), "rgb"),
        # Pillow writes the inks inverted, with Adobe's marker, as Photoshop does.
        "adobe cmyk": (encoded(cmyk_photo, "JPEG", quality=95, subsampling=0), smooth(), "cmyk"),
    }


@pytest.mark.parametrize("name", jpeg_cases())
def test_jpegs_of_every_kind_have_the_right_colours(name, put):
    data, expected, mode = jpeg_cases()[name]
    path = put("a.jpeg", data)
    pixels = read_pixels(path)
    worst = np.abs(pixels.astype(int) - expected).max()
    assert worst <= 16, worst
    assert read_header(path).mode == mode
    assert (read_header(path).height_px, read_header(path).width_px) == pixels.shape[:2]


@pytest.mark.parametrize("name", ["grey", "rgb", "rgb 4:2:0", "progressive", "restarts"])
def test_jpegs_decode_as_in_pillow(name, put):
    data, _, _ = jpeg_cases()[name]
    theirs = np.asarray(Image.open(BytesIO(data)).convert("RGB")).astype(int)
    assert np.abs(read_pixels(put("a.jpg", data)) - theirs).max() <= 2


def test_a_lossy_webp_keeps_its_colours(put):
    path = put("a.webp", encoded(smooth(), "WEBP", quality=95))
    worst = np.abs(read_pixels(path).astype(int) - smooth()).max()
    assert worst <= 24
    assert read_header(path).format == "WEBP"


def test_a_jpeg_of_several_photos_counts_as_its_first(put):
    first, second = smooth(), 255 - smooth()
    data = encoded(
        Image.fromarray(first), "MPO", save_all=True, append_images=[Image.fromarray(second)]
    )
    worst = np.abs(read_pixels(put("stereo.jpg", data)).astype(int) - first).max()
    assert worst <= 40


def test_a_thumbnail_in_a_tiff_is_no_second_picture(put):
    first = tiff(RGB, photometric=2)
    at = len(first) + len(first) % 2
    small = tiff(GREY, photometric=1, tags={254: (4, [1])})
    table_at = struct.unpack("<I", small[4:8])[0]
    # Appended as it is: its table is what counts here, its pixels are never looked at.
    moved = bytearray(first + bytes(at - len(first)) + small[table_at:])
    first_table = struct.unpack("<I", first[4:8])[0]
    n_tags = struct.unpack("<H", first[first_table : first_table + 2])[0]
    struct.pack_into("<I", moved, first_table + 2 + 12 * n_tags, at)
    np.testing.assert_array_equal(read_pixels(put("a.tif", bytes(moved))), RGB)


DEEP_RGB = picture().astype(np.uint16) * 257
DEEP_GREY = DEEP_RGB[:, :, 0] ^ 0x0F0F
DEEP_RGBA = np.dstack([DEEP_RGB, DEEP_GREY])
DEEP_CASES = {
    "png grey": ("a.png", png16(DEEP_GREY), DEEP_GREY),
    "png grey alpha": ("a.png", png16(DEEP_RGB[:, :, :2]), DEEP_RGB[:, :, 0]),
    "png rgb": ("a.png", png16(DEEP_RGB), DEEP_RGB),
    "png rgba": ("a.png", png16(DEEP_RGBA), DEEP_RGB),
    "png transparent grey": (
        "a.png",
        png16(DEEP_GREY, before=png_chunk(b"tRNS", struct.pack(">H", int(DEEP_GREY[0, 0])))),
        DEEP_GREY,
    ),
    "tiff grey": ("a.tif", tiff(DEEP_GREY, photometric=1), DEEP_GREY),
    "tiff grey big endian": ("a.tif", tiff(DEEP_GREY, photometric=1, order=">"), DEEP_GREY),
    "tiff white is zero": ("a.tif", tiff(DEEP_GREY, photometric=0), 65535 - DEEP_GREY),
    "tiff rgb": ("a.tif", tiff(DEEP_RGB, photometric=2), DEEP_RGB),
    "tiff rgb planes": ("a.tif", tiff(DEEP_RGB, photometric=2, planar=2), DEEP_RGB),
    "tiff rgba": ("a.tif", tiff(DEEP_RGBA, photometric=2), DEEP_RGB),
    "tiff rgba planes": ("a.tif", tiff(DEEP_RGBA, photometric=2, planar=2), DEEP_RGB),
    "tiff grey alpha planes": (
        "a.tif",
        tiff(DEEP_RGB[:, :, :2], photometric=1, planar=2),
        DEEP_RGB[:, :, 0],
    ),
    "bigtiff rgb": ("a.tif", tiff(DEEP_RGB, photometric=2, big=True), DEEP_RGB),
    "bigtiff rgb planes": ("a.tif", tiff(DEEP_RGB, photometric=2, big=True, planar=2), DEEP_RGB),
    "tiff lzw": (
        "a.tif",
        encoded(Image.fromarray(DEEP_GREY), "TIFF", compression="tiff_lzw"),
        DEEP_GREY,
    ),
} | {
    f"tiff packed {bits} bit": (
        "a.tif",
        tiff(
            DEEP_GREY >> (16 - bits),
            photometric=1,
            bits=bits,
            data=packed(DEEP_GREY >> (16 - bits), bits),
        ),
        DEEP_GREY >> (16 - bits),
    )
    for bits in (10, 12, 14)
}


@pytest.mark.parametrize("case", DEEP_CASES.values(), ids=DEEP_CASES.keys())
def test_deep_levels_are_read_undamaged(case, put):
    name, data, expected = case
    path = put(name, data)
    levels = read_levels(path)
    assert levels.dtype == np.uint16
    np.testing.assert_array_equal(levels, expected)
    assert read_pixels(path).shape == (14, 23, 3)
    assert read_header(path).bits > 8
