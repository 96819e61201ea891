"""Finding photos: order, links, hidden and odd names, folders that can't be read."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UserError
from app.imaging.folder import find_photos, natural_key

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX file names or rights")


def names(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in find_photos(root)]


def test_natural_order_depth_first(put, tmp_path):
    order = [
        "Build 1/layer_2.JPG",
        "Build 1/layer_10.jpg",
        "build 2/deep/er/x.webp",
        "build 2/z.tiff",
        "build 10.png",
        "layer_1.bmp",
        "层_9.tif",
        "层_11.jpeg",
    ]
    for name in reversed(order):
        put(name, b"x")
    assert names(tmp_path) == order


def test_only_photos_that_people_see(put, tmp_path):
    for name in (
        "a.txt",
        "b.zip",
        "c.jpg.part",
        "d",
        "jpg",
        ".hidden.jpg",
        "._d.jpg",
        ".git/e.png",
        "__MACOSX/f.png",
        "labels/g.json",
    ):
        put(name, b"x")
    for name in ("ok.jpg", "photos.zip/h.png", "folder.jpg/i.bmp", "~/j.png"):
        put(name, b"x")
    assert sorted(names(tmp_path)) == ["folder.jpg/i.bmp", "ok.jpg", "photos.zip/h.png", "~/j.png"]


def test_one_file_is_itself(put):
    path = put("a.jpg", b"x")
    assert list(find_photos(path)) == [path]


def test_a_missing_root_is_refused_before_the_first_photo(tmp_path):
    with pytest.raises(UserError, match="nowhere doesn't exist") as caught:
        find_photos(tmp_path / "nowhere")
    assert caught.value.hint
    with pytest.raises(UserError):
        find_photos(Path("a\0b"))


@posix_only
def test_loops_of_links_end_and_no_folder_comes_twice(put, tmp_path):
    put("a/one.jpg", b"x")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "b").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "c.jpg").symlink_to(tmp_path / "a" / "one.jpg")
    assert names(tmp_path) == ["a/one.jpg", "c.jpg"]


@posix_only
def test_a_link_to_nothing_is_told(put, tmp_path):
    (tmp_path / "a.jpg").symlink_to(tmp_path / "gone.jpg")
    put("b.jpg", b"x")
    told: list[UserError] = []
    assert [path.name for path in find_photos(tmp_path, told.append)] == ["b.jpg"]
    assert [error.what for error in told] == [f"{tmp_path / 'a.jpg'} doesn't exist"]


@posix_only
def test_a_pipe_is_no_photo(put, tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    put("b.jpg", b"x")
    assert names(tmp_path) == ["b.jpg"]


@posix_only
def test_a_folder_that_may_not_be_read_is_told_and_passed(put, tmp_path, monkeypatch):
    put("a/one.jpg", b"x")
    put("b/two.jpg", b"x")
    really = os.scandir

    def scandir(path):
        # Rights don't bind the administrator, who may be running this.
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied", str(path))
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)
    told: list[UserError] = []
    assert [path.name for path in find_photos(tmp_path, told.append)] == ["two.jpg"]
    assert [error.what for error in told] == [f"{tmp_path / 'a'} may not be read"]


@posix_only
@pytest.mark.skipif(sys.platform == "darwin", reason="the file system refuses such names")
def test_a_name_that_is_no_text_is_told(put, tmp_path):
    (tmp_path / os.fsdecode(b"bad\xff.jpg")).write_bytes(b"x")
    put("good.jpg", b"x")
    told: list[UserError] = []
    assert [path.name for path in find_photos(tmp_path, told.append)] == ["good.jpg"]
    assert len(told) == 1 and "bad" in told[0].what
    told[0].what.encode("utf-8")


@posix_only
def test_folders_deeper_than_a_path_may_be_long_end_the_walk_there_only(tmp_path, monkeypatch):
    name = "d" * 200
    monkeypatch.chdir(tmp_path)
    try:
        for _ in range(25):
            Path(name).mkdir()
            os.chdir(name)
        Path("deep.jpg").write_bytes(b"x")
        (tmp_path / "e.jpg").write_bytes(b"x")
        told: list[UserError] = []
        assert [path.name for path in find_photos(tmp_path, told.append)] == ["e.jpg"]
        assert len(told) == 1 and "too long" in told[0].what.lower()
    finally:
        # Nobody else could: whoever tidies up by path names fails as the walk does.
        os.chdir(tmp_path)
        shutil.rmtree(name)


def test_three_hundred_folders_in_each_other(tmp_path):
    path = tmp_path
    for _ in range(300):
        path = path / "d"
        path.mkdir()
    (path / "a.png").write_bytes(b"x")
    assert [found.name for found in find_photos(tmp_path)] == ["a.png"]
    shutil.rmtree(tmp_path / "d")


@given(st.lists(st.text(alphabet="aA0129_²٣.层", max_size=9)), st.integers(0, 10**6))
def test_the_order_is_total_and_by_value(words, number):
    ordered = sorted(words, key=natural_key)
    assert ordered == sorted(reversed(words), key=natural_key)
    assert natural_key(f"layer_{number}.jpg") < natural_key(f"layer_{number + 1}.jpg")


def test_numbers_of_any_length_are_ordered():
    long = "9" * 5000
    assert natural_key(f"a{long}.jpg") < natural_key(f"a1{long}.jpg")
    assert natural_key("a007.jpg") < natural_key("a8.jpg")
    assert natural_key("7.jpg") < natural_key("a.jpg")
