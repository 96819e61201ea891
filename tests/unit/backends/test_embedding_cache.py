"""Embeddings on disk: whole or missing, shared between processes, and never over the limit."""

import os
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.embedding_cache import Embedding, EmbeddingCache

SIDE = 16
FILE_BYTES = 4 * SIDE * SIDE * 2  # a little more with its header


def embedding(number=0, *, maps=1):
    random = np.random.default_rng(number)
    sides = [SIDE << level for level in range(maps)]
    return Embedding(
        40 + number, 50, tuple(random.random((4, side, side)).astype(np.float16) for side in sides)
    )


def opened(folder, *, model="m", limit_bytes=1_000_000):
    return EmbeddingCache(folder, model, limit_bytes=limit_bytes)


def files(folder):
    return sorted((folder / "embeddings").iterdir(), key=lambda path: path.stat().st_mtime_ns)


def assert_equal(ours, theirs):
    assert (ours.height_px, ours.width_px) == (theirs.height_px, theirs.width_px)
    assert len(ours.maps) == len(theirs.maps)
    for a, b in zip(ours.maps, theirs.maps, strict=True):
        assert a.dtype == np.float16
        np.testing.assert_array_equal(a, b)


def test_another_process_finds_what_was_put(tmp_path):
    opened(tmp_path).put("photo", embedding(3, maps=3))
    assert_equal(opened(tmp_path).get("photo"), embedding(3, maps=3))


def test_other_photos_and_other_weights_find_nothing(tmp_path):
    opened(tmp_path).put("photo", embedding())
    assert opened(tmp_path).get("other") is None
    assert opened(tmp_path, model="n").get("photo") is None


def test_keys_may_be_anything(tmp_path):
    keys = ["../../etc", "a/b", "照片", "", "A", "a", "x" * 500]
    cache = opened(tmp_path)
    for number, key in enumerate(keys):
        cache.put(key, embedding(number))
    for number, key in enumerate(keys):
        assert_equal(opened(tmp_path).get(key), embedding(number))
    assert len(files(tmp_path)) == len(keys)
    assert [path.name for path in tmp_path.iterdir()] == ["embeddings"]


@given(st.data())
def test_a_damaged_file_is_missing_and_made_anew(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("cache")
    opened(folder).put("photo", embedding())
    (path,) = files(folder)
    whole = path.read_bytes()
    if data.draw(st.booleans()):
        damaged = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        damaged = bytearray(whole)
        damaged[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(damaged)
    assert opened(folder).get("photo") is None
    opened(folder).put("photo", embedding())
    assert_equal(opened(folder).get("photo"), embedding())


def test_those_not_used_for_longest_go_first(tmp_path):
    cache = opened(tmp_path, limit_bytes=3 * FILE_BYTES + 1000)
    for number in range(3):
        cache.put(str(number), embedding(number))
    assert opened(tmp_path).get("0") is not None  # used by another process
    cache.put("3", embedding(3))
    found = [opened(tmp_path).get(str(number)) is not None for number in range(4)]
    assert found == [True, False, True, True]


def test_the_newest_stays_even_alone_over_the_limit(tmp_path):
    cache = opened(tmp_path, limit_bytes=0)
    cache.put("a", embedding(1))
    cache.put("b", embedding(2))
    assert opened(tmp_path).get("a") is None
    assert opened(tmp_path).get("b") is not None


def test_the_last_few_are_in_memory(tmp_path):
    cache = opened(tmp_path)
    for number in range(20):
        cache.put(str(number), embedding(number))
    for path in files(tmp_path):
        path.unlink()
    assert_equal(cache.get("19"), embedding(19))
    assert cache.get("0") is None


def test_what_a_killed_process_left_is_swept_when_it_is_old(tmp_path):
    cache = opened(tmp_path)
    cache.put("a", embedding())
    old, young = (tmp_path / "embeddings" / f".making-{age}" for age in ("old", "young"))
    for left in (old, young):
        left.write_bytes(b"half")
    yesterday = time.time() - 86400
    os.utime(old, (yesterday, yesterday))
    cache.put("b", embedding())
    assert not old.exists()
    assert young.exists()


def test_a_folder_that_cannot_be_written_is_told_and_memory_serves(tmp_path):
    (tmp_path / "embeddings").write_text("in the way")
    cache = opened(tmp_path)
    with pytest.raises(OSError, match="embeddings"):
        cache.put("a", embedding())
    assert_equal(cache.get("a"), embedding())


def test_nothing_half_made_is_left(tmp_path, monkeypatch):
    cache = opened(tmp_path)
    cache.put("a", embedding())

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        cache.put("b", embedding())
    assert len(files(tmp_path)) == 1
