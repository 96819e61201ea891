"""Files that are no good photo are refused, by name, with what is wrong and what to do."""

import os
import random
import struct
import sys
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from photo_files import bmp, encoded, exif, picture, png, png16, png_chunk, smooth, tiff
from PIL import Image

from app.core.errors import UserError
from app.imaging.container import MAX_PIXELS
from app.imaging.header import PHOTO_SUFFIXES, read_header
from app.imaging.pixels import read_levels, read_pixels

GOOD = {
    "a.jpg": encoded(smooth(), "JPEG", quality=90),
    "grey.jpg": encoded(smooth()[:, :, 0], "JPEG", quality=90),
    "progressive.jpg": encoded(smooth(), "JPEG", progressive=True),
    "cmyk.jpg": encoded(Image.fromarray(smooth()).convert("CMYK"), "JPEG"),
    "a.png": encoded(picture(), "PNG"),
    "deep.png": png16(picture().astype(np.uint16) * 200),
    "a.bmp": encoded(picture(), "BMP"),
    "a.tif": encoded(picture(), "TIFF"),
    "lzw.tif": encoded(picture(), "TIFF", compression="tiff_lzw"),
    "deep.tif": tiff(picture().astype(np.uint16) * 200, photometric=2),
    "a.webp": encoded(picture(), "WEBP", lossless=True),
    "lossy.webp": encoded(smooth(), "WEBP"),
    "alpha.webp": encoded(picture(channels=4), "WEBP", exif=exif(6)),
}


def refused(path: Path) -> UserError:
    """Both ways of reading refuse the file in the same words."""
    with pytest.raises(UserError) as header:
        read_header(path)
    with pytest.raises(UserError) as pixels:
        read_pixels(path)
    assert header.value.what == pixels.value.what
    assert path.name in header.value.what
    assert header.value.hint
    return header.value


@pytest.mark.parametrize("name", GOOD)
def test_truncated_anywhere(name, put):
    data = GOOD[name]
    n = len(data)
    lengths = {
        *range(1, 40),
        n // 4,
        n // 3,
        n // 2,
        n * 3 // 4,
        n - 300,
        n - 64,
        n - 9,
        n - 4,
        n - 3,
    }
    path = put(name, data)
    assert read_pixels(path).ndim == 3
    for length in sorted(lengths & set(range(1, n - 1))):
        path.write_bytes(data[:length])
        refused(path)


@pytest.mark.parametrize("name", [name for name in GOOD if not name.endswith(".webp")])
def test_truncated_and_filled_up_with_zeros(name, put):
    """As a copy that broke off on some file systems: the size is right, the end is missing."""
    data = GOOD[name]
    half = len(data) // 2
    path = put(name, data[:half] + bytes(len(data) - half))
    if name in ("a.bmp", "a.tif"):
        assert (read_pixels(path) == 0).any(), "plain pixels: zeros are levels like any other"
        return
    with pytest.raises(UserError, match=r"is damaged|is cut off|is not a photo"):
        read_pixels(path)


@pytest.mark.parametrize("name", ["a.jpg", "grey.jpg", "cmyk.jpg"])
@pytest.mark.parametrize("share", [0.4, 0.7, 0.9])
def test_a_jpeg_with_its_end_but_not_its_middle_is_never_half_grey(name, share, put):
    data = GOOD[name]
    start = data.rfind(b"\xff\xda") + 14
    cut = start + int((len(data) - start) * share)
    for rest in (b"\xff\xd9", data[cut + 60 :]):
        with pytest.raises(UserError, match=r"is damaged|is cut off"):
            read_pixels(put(name, data[:cut] + rest))


def test_a_jpeg_with_restart_markers_can_lose_nothing_either(put):
    data = encoded(smooth(), "JPEG", quality=90, restart_marker_blocks=2)
    first, second = data.find(b"\xff\xd1"), data.find(b"\xff\xd2")
    assert 0 < first < second
    assert read_pixels(put("a.jpg", data)).ndim == 3
    with pytest.raises(UserError, match="pixels are missing"):
        read_pixels(put("a.jpg", data[:first] + data[second:]))


@pytest.mark.parametrize("tail", [b"\0" * 100, b"\xff" * 9, b"trailer" * 20_000, bytes(200_000)])
@pytest.mark.parametrize("name", ["a.jpg", "progressive.jpg", "a.png", "a.bmp", "a.webp", "a.tif"])
def test_what_cameras_append_does_no_harm(name, tail, put):
    expected = read_pixels(put(name, GOOD[name]))
    path = put(name, GOOD[name] + tail)
    np.testing.assert_array_equal(read_pixels(path), expected)
    assert read_header(path).width_px == expected.shape[1]


def test_a_thumbnails_end_is_not_the_photos(put):
    thumbnail = encoded(smooth(16, 16), "JPEG")
    data = encoded(smooth(), "JPEG", quality=90, exif=b"Exif\0\0" + exif(1) + thumbnail)
    assert data.count(b"\xff\xd9") == 2
    assert read_pixels(put("a.jpg", data)).shape == smooth().shape
    refused(put("a.jpg", data[:-2]))


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.bmp", "a.tif", "a.webp"])
@pytest.mark.parametrize("suffix", ["jpg", "PNG", "bmp", "tiff", "webp", "txt"])
def test_files_that_lie_about_their_type(name, suffix, put):
    true, false = PHOTO_SUFFIXES[Path(name).suffix], PHOTO_SUFFIXES.get(f".{suffix.lower()}")
    path = put(f"lying.{suffix}", GOOD[name])
    if true == false:
        assert read_header(path).format == true
        return
    error = refused(path)
    assert f"holds {true} data" in error.what
    assert false is None or f"says {false}" in error.what
    assert "Rename it" in error.hint


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"GIF89a" + bytes(60), "GIF"),
        (b"PK\x03\x04" + bytes(60), "ZIP"),
        (b"\0\0\0\x18ftypheic" + bytes(60), "HEIC"),
        (b"version https://git-lfs.example/spec", "LFS"),
        (b"BM, says the text, is a photo", "not a photo"),
        (bytes(500), "not a photo"),
        (b"\xff", "not a photo"),
        *((random.Random(seed).randbytes(64), "not a photo") for seed in range(3)),
    ],
)
@pytest.mark.parametrize("suffix", ["jpg", "bmp", "png"])
def test_files_of_another_kind(data, word, suffix, put):
    assert word in refused(put(f"a.{suffix}", data)).what


def bomb_png() -> bytes:
    return png([b"\0" * 3], 100_000, 8, 2, height=100_000)


def bomb_tiff() -> bytes:
    size = {256: (4, [100_000]), 257: (4, [100_000])}
    return tiff(picture(), photometric=2, tags=size)


def bomb_jpeg() -> bytes:
    data = bytearray(GOOD["a.jpg"])
    at = data.find(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    return bytes(data)


def bomb_webp() -> bytes:
    data = bytearray(GOOD["alpha.webp"])
    data[24:30] = b"\xff" * 6
    return bytes(data)


BOMBS = {
    "a.png": bomb_png(),
    "a.bmp": bmp(bytes(64), 100_000, 100_000, 24),
    "a.tif": bomb_tiff(),
    "a.jpg": bomb_jpeg(),
    "a.webp": bomb_webp(),
}


@pytest.mark.parametrize("name", BOMBS)
def test_decompression_bombs(name, put):
    assert "megapixels" in refused(put(name, BOMBS[name])).what


def test_the_limit_is_where_it_says(put):
    width = 30_000
    height = MAX_PIXELS // width
    just = png([b""], width, 8, 0, height=height)
    assert read_header(put("a.png", just)).height_px == height
    assert "megapixels" in refused(put("a.png", png([b""], width, 8, 0, height=height + 1))).what


def test_a_photo_larger_than_pillow_likes_is_read_without_a_warning(put):
    # 90 megapixels: above Pillow's own limit, below ours.
    path = put("a.tif", encoded(Image.new("1", (9_500, 9_500), 1), "TIFF", compression="group4"))
    levels = read_levels(path)
    assert levels.shape == (9_500, 9_500) and levels.min() == 255


def several(kind: str) -> bytes:
    frames = [Image.fromarray(picture(seed=seed)) for seed in range(2)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("name", "kind"), [("a.tif", "TIFF"), ("a.webp", "WEBP"), ("a.png", "PNG")]
)
def test_files_of_several_pictures(name, kind, put):
    error = refused(put(name, several(kind)))
    assert "several pictures" in error.what
    assert "of its own" in error.hint


def test_what_is_not_there_or_no_file(tmp_path, put):
    assert "doesn't exist" in refused(tmp_path / "没有.jpg").what
    (tmp_path / "folder.jpg").mkdir()
    assert "is a folder" in refused(tmp_path / "folder.jpg").what
    assert "0 bytes" in refused(put("empty.jpg", b"")).what
    assert "can't be read" in refused(tmp_path / ("n" * 300 + ".jpg")).what
    assert "can't be read" in refused(tmp_path / "a\0b.jpg").what


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX file types")
def test_pipes_and_endless_links_do_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "not a file" in refused(tmp_path / "pipe.jpg").what
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    assert "can't be read" in refused(tmp_path / "loop.jpg").what


def test_a_photo_that_may_not_be_read(put, monkeypatch):
    path = put("a.jpg", GOOD["a.jpg"])

    def forbidden(self, *_):
        # Rights don't bind the administrator, who may be running this.
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", forbidden)
    error = refused(path)
    assert "may not be read" in error.what
    assert "permission" in error.hint


@pytest.mark.parametrize("name", ["层 打印 é.jpg", "a b'\"$.png", "🙂.tif", "x" * 240 + ".webp"])
def test_names_of_all_kinds(name, put):
    source = next(data for good, data in GOOD.items() if good.endswith(Path(name).suffix))
    assert read_pixels(put(name, source)).ndim == 3


def test_a_long_path(put):
    folder = "/".join(["层" * 60] * 5)
    assert read_pixels(put(f"{folder}/a.jpg", GOOD["a.jpg"])).shape == smooth().shape


def test_a_png_whose_checksums_are_right_but_rows_are_missing(put):
    rows = [row.tobytes() for row in picture()[:9]]
    path = put("a.png", png(rows, 23, 8, 2, height=14))
    assert read_header(path).height_px == 14
    with pytest.raises(UserError, match=r"a\.png is (damaged|cut off)"):
        read_pixels(path)
    deep = [row.astype(">u2").tobytes() for row in picture()[:9]]
    with pytest.raises(UserError, match=r"a\.png is (damaged|cut off)"):
        read_pixels(put("a.png", png(deep, 23, 16, 2, height=14)))


def test_a_png_with_one_wrong_bit_in_its_pixels(put):
    data = bytearray(GOOD["a.png"])
    data[data.find(b"IDAT") + 90] ^= 1
    with pytest.raises(UserError, match="checksum"):
        read_pixels(put("a.png", bytes(data)))


def test_unusual_tiffs_are_refused_in_words(put):
    floats = tiff(picture().astype(np.float32), photometric=2, tags={339: (3, [3] * 3)})
    signed = tiff(picture().astype(np.int16), photometric=2, tags={339: (3, [2] * 3)})
    wide = tiff(picture().astype(np.uint32), photometric=2)
    mixed = tiff(picture(), photometric=2, tags={258: (3, [8, 8, 16])})
    five = tiff(picture(channels=5), photometric=2, tags={338: (3, [0, 0])})
    for data in (floats, signed, wide, mixed, five):
        error = refused(put("a.tif", data))
        assert "can't be read here" in error.what
        assert "PNG or TIFF" in error.hint


def test_a_tiff_that_goes_round_in_circles(put):
    data = bytearray(tiff(picture(), photometric=2))
    table_at = struct.unpack_from("<I", data, 4)[0]
    n_tags = struct.unpack_from("<H", data, table_at)[0]
    struct.pack_into("<I", data, table_at + 2 + 12 * n_tags, table_at)
    assert "circle" in refused(put("a.tif", bytes(data))).what


def test_a_run_length_bmp_without_its_end(put):
    data = bmp(b"\x05\x01\x02\x02\0\0\x07\0\0\0", 7, 2, 8, compression=1, palette=bytes(8))
    assert "its end is missing" in refused(put("a.bmp", data)).what


def test_metadata_is_never_unpacked(put):
    """Compressed text that would fill the memory, and profiles that are none, are passed over."""
    bomb = b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)
    chunks = png_chunk(b"zTXt", bomb) + png_chunk(b"iCCP", b"x\0\0nonsense")
    rows = [row.tobytes() for row in picture()]
    path = put("a.png", png(rows, 23, 8, 2, before=chunks))
    np.testing.assert_array_equal(read_pixels(path), picture())


def test_pillow_agrees_that_the_good_ones_are_good():
    for name, data in GOOD.items():
        assert Image.open(BytesIO(data)).width > 0, name
