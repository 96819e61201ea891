"""Where a JPEG's first end marker is, whatever else lies in the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imaging.container import BadPhoto
from app.imaging.jpeg import _end_of

# Of these bytes alone markers are made, half ones, and ones that share a byte.
data = st.lists(st.sampled_from([0xFF, 0xD9, 0x00]), max_size=40).map(bytes)


@given(data, st.integers(0, 45))
def test_the_first_from_there_on(data: bytes, start: int) -> None:
    expected = data.find(b"\xff\xd9", start)
    if expected >= 0:
        assert _end_of(data, start) == expected
        return
    with pytest.raises(BadPhoto, match="end marker is missing"):
        _end_of(data, start)
