"""Names of photos in an export: short, and no two of them one file."""

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.image import Image, ImageLabel, Split
from app.services.placing import ExportNames


def names(*paths: str, split: Split | None = "train") -> list[str]:
    images = [Image(n, path, "", 1, 1, ImageLabel(split=split)) for n, path in enumerate(paths)]
    made = ExportNames(images, Path)
    return [str(made.of(image, Path(image.path))) for image in images]


def test_folders_that_all_share_or_that_say_nothing_go() -> None:
    assert names("/a/b/1/x.png", "/a/b/2/x.png") == ["1/x.png", "2/x.png"]
    assert names("/a/images/train/x.png", "/a/images/y.png") == ["x.png", "y.png"]
    kept = names("/a/images/train/x.png", "/a/images/y.png", split=None)
    assert kept == ["train/x.png", "y.png"]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("/a/train/x.png", "/a/val/x.png", "/a/y.png"), ["x.png", "x-2.png", "y.png"]),
        (("/a/x.png", "/a/x.jpg", "/a/X.bmp"), ["x.png", "x-2.jpg", "X-3.bmp"]),
        # Whoever has a number by name keeps it.
        (("/a/x.png", "/a/x.jpg", "/a/x-2.png"), ["x.png", "x-3.jpg", "x-2.png"]),
    ],
)
def test_photos_that_would_meet_get_numbers(paths: tuple[str, ...], expected: list[str]) -> None:
    assert names(*paths) == expected


folders = st.lists(st.sampled_from(["train", "val", "images", "a", "A"]), max_size=3)
files = st.sampled_from(["x.png", "X.png", "x.jpg", "x-2.png", "x-3.png", "y.png"])
paths = st.tuples(folders, files).map(lambda each: "/".join(("/photos", *each[0], each[1])))


@given(st.lists(paths, unique=True, max_size=12), st.sampled_from(["train", None]))
def test_no_two_photos_meet(paths: list[str], split: Split | None) -> None:
    made = [PurePosixPath(name) for name in names(*paths, split=split)]
    assert len({str(name.with_suffix("")).casefold() for name in made}) == len(paths)
    assert all(name.suffix == Path(path).suffix for name, path in zip(made, paths, strict=True))
