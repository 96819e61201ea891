"""Hashes and stamps of photo files."""

import hashlib
import os

import pytest

from app.core.errors import UserError
from app.imaging.identity import FileStamp, content_hash, stamp


@pytest.mark.parametrize("size_bytes", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 21) + 7])
def test_the_hash_is_that_of_all_bytes(size_bytes, put):
    data = (b"0123456789abcde\xff" * (size_bytes // 16 + 1))[:size_bytes]
    assert content_hash(put("a.jpg", data)) == hashlib.sha256(data).hexdigest()


def test_a_stamp_changes_with_size_and_time(put):
    path = put("a.jpg", b"abc")
    os.utime(path, ns=(5, 1_700_000_000_123_456_700))
    assert stamp(path) == FileStamp(3, path.stat().st_mtime_ns)
    first = stamp(path)
    os.utime(path, ns=(5, 1_700_000_001_000_000_000))
    assert stamp(path) != first


@pytest.mark.parametrize("read", [content_hash, stamp])
def test_what_is_missing_is_named(read, tmp_path):
    with pytest.raises(UserError, match=r"层 2\.jpg doesn't exist") as caught:
        read(tmp_path / "层 2.jpg")
    assert caught.value.hint


def test_a_folder_has_no_hash(tmp_path):
    with pytest.raises(UserError, match=tmp_path.name):
        content_hash(tmp_path)
