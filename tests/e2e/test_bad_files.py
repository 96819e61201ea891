"""Two thousand bad files through every importer: nothing breaks, and the good ones come in."""

import random
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from app.core.errors import UserError
from app.core.geometry import Box
from app.formats.base import LabelledImage, LabelledShape, Size
from app.formats.table import FORMATS
from app.imaging.opencv import cv2
from app.samples.powder_bed import powder_bed_photo
from app.services.check import check
from app.services.import_labels import LabelImport, import_labels
from app.services.import_photos import import_photos
from app.storage.project import Project

BAD_FILES = 400  # for each of the five formats
GOOD_PHOTOS = 10
SIDE_PX = 128
CLASSES = ("streak", "slag")
BOXES = (Box(10, 20, 30, 120), Box(64, 64, 128, 128))

Rng = random.Random


def truncated(data: bytes, rng: Rng) -> bytes:
    return data[: rng.randrange(len(data))]


def flipped(data: bytes, rng: Rng) -> bytes:
    mutable = bytearray(data)
    for _ in range(rng.randint(1, 20)):
        mutable[rng.randrange(len(mutable))] = rng.randrange(256)
    return bytes(mutable)


def with_numbers_spoilt(data: bytes, rng: Rng) -> bytes:
    """NaN, huge, negative and absurd where digits stood."""
    bad = [b"nan", b"NaN", b"inf", b"-Infinity", b"1e308", b"9" * 400, b"-5", b"0x1F", b"", b"1,5"]
    places = [i for i, byte in enumerate(data) if chr(byte).isdigit()]
    for place in sorted(rng.sample(places, min(3, len(places))), reverse=True):
        data = data[:place] + rng.choice(bad) + data[place + 1 :]
    return data


def nested(_: bytes, rng: Rng) -> bytes:
    opening, closing = rng.choice([(b"[", b"]"), (b'{"shapes":', b"}"), (b"<annotation>", b"x")])
    return opening * 20_000 + closing * 20_000


def like_a_zip(data: bytes, _: Rng) -> bytes:
    return b"PK\x03\x04\x14\0\0\0\x08\0" + data


def of_another_encoding(data: bytes, rng: Rng) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(rng.choice(["utf-16", "utf-32", "cp500"]), "replace")


def nothing(_: bytes, __: Rng) -> bytes:
    return b""


def noise(_: bytes, rng: Rng) -> bytes:
    return rng.randbytes(rng.randint(1, 3000))


def doubled_rows(data: bytes, rng: Rng) -> bytes:
    lines = data.split(b"\n")
    return b"\n".join(rng.choices(lines, k=2 * len(lines)))


SPOIL: list[Callable[[bytes, Rng], bytes]] = [
    truncated, flipped, with_numbers_spoilt, nested, like_a_zip, of_another_encoding, nothing,
    noise, doubled_rows,
]  # fmt: skip


def bomb(_: bytes, rng: Rng) -> bytes:
    """A PNG of a few bytes that says it is 100,000 pixels wide and high."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, rng.choice([0, 2]), 0, 0, 0)
    body = b"IHDR" + header
    chunk = struct.pack(">I", len(header)) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IEND\xaeB`\x82"


SPOIL_PHOTO = [truncated, flipped, nothing, noise, like_a_zip, bomb]


def odd_stem(number: int, rng: Rng) -> str:
    """Names as they come out of archives, cameras and other people's scripts."""
    return rng.choice(
        [
            f"bad_{number}",
            f"a..%2f..%2fetc_{number}",
            f"photo.zip_{number}",
            f"照片 {number} (1)",
            f"con.{number}",
            "deep/" * rng.randint(1, 20) + f"bad_{number}",
            f"{'long' * 50}_{number}",
            f"- {number};rm",
        ]
    )


@cache
def encoded(seed: int, suffix: str) -> bytes:
    pixels = powder_bed_photo(seed, size_px=SIDE_PX, kind="normal").pixels
    return cv2.imencode(suffix, pixels)[1].tobytes()


def make_set(root: Path, name: str, rng: Rng) -> list[Path]:
    """Good photos with good labels in format `name`; returns the label files."""
    images = []
    for number in range(GOOD_PHOTOS):
        place = Path("images", f"good_{number}.png")
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_bytes(encoded(number, ".png"))
        shapes = tuple(
            LabelledShape(c, b) for c, b in zip(CLASSES, BOXES[: number % 3], strict=False)
        )
        images.append(LabelledImage(place, Size(SIDE_PX, SIDE_PX), shapes))
    before = {p for p in root.rglob("*") if p.is_file()}
    FORMATS[name].write(root, images, CLASSES)
    lists = {"classes.txt", "data.yaml"}
    return [p for p in root.rglob("*") if p.is_file() and p not in before and p.name not in lists]


def add_bad_files(root: Path, labels: list[Path], rng: Rng) -> None:
    """Half of them bad photos, half bad labels with a good photo of the same name."""
    full = max(labels, key=lambda p: p.stat().st_size)
    # One COCO file names many photos: a spoilt copy may not speak for the good ones.
    template = full.read_bytes().replace(b"good_", b"other_")
    for number in range(BAD_FILES):
        stem = odd_stem(number, rng)
        photo = root / "images" / f"{stem}{rng.choice(['.png', '.jpg', '.bmp', '.tiff', '.webp'])}"
        photo.parent.mkdir(parents=True, exist_ok=True)
        content = encoded(number, rng.choice([".png", ".jpg", ".bmp"]))
        if number % 2:
            photo.write_bytes(rng.choice(SPOIL_PHOTO)(content, rng))
        else:
            (root / "images" / f"{stem}.png").write_bytes(encoded(number, ".png"))
            label = full.parent / f"{stem}{full.suffix}"
            label.parent.mkdir(parents=True, exist_ok=True)
            label.write_bytes(rng.choice(SPOIL)(template, rng))


def good_boxes(project: Project) -> dict[str, list[Box]]:
    names = {f"good_{n}.png" for n in range(GOOD_PHOTOS)}
    images = {Path(i.path).name: i for i in project.images.all()}
    return {n: [a.box for a in project.annotations.of_image(images[n].id)] for n in sorted(names)}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_bad_files_harm_nothing(tmp_path: Path, name: str) -> None:
    rng = random.Random(name)
    root = tmp_path / "set"
    add_bad_files(root, make_set(root, name, rng), rng)
    assert sum(p.is_file() for p in root.rglob("*")) > BAD_FILES

    with Project.create(tmp_path / "project") as project:
        photos = import_photos(project, root)
        assert photos.added >= GOOD_PHOTOS + BAD_FILES // 2
        assert len(photos.refused) > BAD_FILES // 4
        report = import_labels(project, LabelImport(root, "approved", name), actor="li")
        assert report is not None
        assert len(report.problems) > BAD_FILES // 10
        expected = {
            f"good_{n}.png": [pytest.approx(b.corners) for b in BOXES[: n % 3]]
            for n in range(GOOD_PHOTOS)
        }
        found = {n: [b.corners for b in boxes] for n, boxes in good_boxes(project).items()}
        assert found == expected
        kinds = {finding.kind for finding in check(project)}
        assert not kinds & {"damaged_file", "log_differs", "box_outside", "missing_photo"}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_an_importer_survives_the_files_of_others(tmp_path: Path, name: str) -> None:
    rng = random.Random(name)
    root = tmp_path / "set"
    add_bad_files(root, make_set(root, name, rng), rng)
    with Project.create(tmp_path / "project") as project:
        import_photos(project, root)
        for other in [f for f in FORMATS if f != name]:
            with suppress(UserError):
                import_labels(project, LabelImport(root, "proposals", other), actor="li")
        kinds = {finding.kind for finding in check(project)}
        assert not kinds & {"damaged_file", "log_differs", "box_outside"}
