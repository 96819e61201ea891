"""What a person drew is read as it was drawn, to the last bit, from rows and from the log."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.annotation import Annotation, Source
from app.core.geometry import Box
from app.storage.rows import (
    annotation_from_json,
    annotation_from_row,
    annotation_to_json,
    annotation_to_row,
)

places = st.floats(-1e9, 1e9)
scores = st.none() | st.floats(0, 1)
outlines = st.lists(st.tuples(places, places), min_size=3, max_size=8).map(tuple)
annotations = st.builds(
    Annotation,
    uid=st.just("a" * 32),
    class_id=st.integers(1, 400),
    box=st.builds(
        lambda left, top: Box(left, top, left + 1.25, top + 0.1),
        *(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)),
    ),
    polygon=st.none() | outlines,
    score=scores,
    run_id=st.integers(1, 9),
    author=st.none() | st.text(min_size=1, max_size=5),
    sources=st.lists(st.builds(Source, st.text(max_size=5), st.floats(0, 1)), max_size=3).map(
        tuple
    ),
)


@given(annotations)
def test_an_annotation_is_read_as_it_was_written(drawn: Annotation) -> None:
    assert annotation_from_row(annotation_to_row(7, drawn)) == drawn
    assert annotation_from_json(drawn.uid, annotation_to_json(drawn) or "") == drawn


@pytest.mark.parametrize("nowhere", [math.nan, math.inf])
def test_what_could_not_be_read_is_not_written(nowhere: float) -> None:
    outline = ((0.0, 0.0), (nowhere, 1.0), (1.0, 1.0))
    drawn = Annotation("a" * 32, 1, Box(0, 0, 1, 1), outline, author="li")
    with pytest.raises(ValueError, match="not JSON compliant"):
        annotation_to_row(7, drawn)
    with pytest.raises(ValueError, match="not JSON compliant"):
        annotation_to_json(drawn)
