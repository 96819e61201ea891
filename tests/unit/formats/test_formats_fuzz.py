"""Broken label files: whatever is in them, a reader reports it or refuses the set, and goes on."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.formats.table import FORMATS
from tests.unit.formats.support import CLASSES, place_photos, put, sample_set, try_everything

ROWS = list(FORMATS.values())
INSERTS = [
    b"NaN", b"nan", b"-", b"-1", b"Infinity", b"1e999", b"9" * 5000, b"1e308", b"[" * 3000,
    b'{"a":' * 3000, b"<a>" * 3000, b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\xe2\x80\xa8",
    b"null", b"true", b"[]", b"{}", b'""', b"\n", b" ", b"&x;", b"*a", b"&a ", b"!!int ''",
    b"<!DOCTYPE a>", b"\\ud800", b"0", b"/../", b":", b"#", b"0.0000001", b"1_0",
]  # fmt: skip


@st.composite
def broken(draw: st.DrawFn, data: bytes) -> bytes:
    """`data` with one to three mutations."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 30)))
        kind = draw(st.sampled_from(["put", "cut", "end", "flip", "swap", "twice"]))
        middle = {
            "put": draw(st.sampled_from(INSERTS)),
            "cut": b"",
            "end": b"",
            "flip": bytes(draw(st.integers(0, 255)) for _ in range(min(3, end - start))),
            "swap": data[start:end][::-1],
            "twice": data[start:end] * 2,
        }[kind]
        data = data[:start] + middle + (b"" if kind == "end" else data[end:])
    return data


@pytest.fixture(scope="module", params=list(FORMATS.values()), ids=lambda row: row.name)
def sound(request, tmp_path_factory):
    """A format with its label files, by path, for a set that it reads without a problem."""
    root = tmp_path_factory.mktemp("sound").resolve()
    request.param.write(root, sample_set(), CLASSES)
    photos = place_photos(root, sample_set())
    assert try_everything(request.param, root, photos) == (3, 3, 0)
    return request.param, {path.relative_to(root): path.read_bytes() for path in label_files(root)}


def label_files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".jpg")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_broken_file_gets_through(sound, data):
    row, files = sound
    file = data.draw(st.sampled_from(sorted(files)))
    content = data.draw(broken(files[file]))
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for path, whole in files.items():
            put(root / path, content if path == file else whole)
        photos = place_photos(root, sample_set())
        images, _, problems = try_everything(row, root, photos)
        # One broken file of one photo leaves the two others alone, unless it speaks for the set.
        if row.name in {"voc", "labelme", "xanylabeling"} and file.suffix in {".xml", ".json"}:
            assert images >= 2
            assert images == 3 or problems


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_noise_gets_through(row, content):
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        photos = place_photos(root, sample_set())
        for name in ("a.txt", "a.json", "a.xml", "data.yaml", "b.yaml", "classes.txt"):
            put(root / "images" / name, content)
            put(root / name, content)
        assert try_everything(row, root, photos)[0] <= 3


def test_folders_and_pipes_by_the_name_of_label_files(tmp_path):
    photos = place_photos(tmp_path, sample_set())
    for name in ("a.txt", "a.json", "a.xml"):
        os.mkfifo(tmp_path / "images" / name)
    for name in ("b.txt", "b.json", "b.xml", "classes.txt", "data.yaml"):
        (tmp_path / "images" / name).mkdir()
        (tmp_path / name).mkdir()
    for row in ROWS:
        images, _, problems = try_everything(row, tmp_path, photos)
        assert images == 0
        assert problems >= 1
