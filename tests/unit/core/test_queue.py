from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.image import STATES
from app.core.queue import DISAGREEING, ORIGINS, SORTS, QueueFilter, folded, natural_keys

SHARES = st.none() | st.floats(0, 1)
FILTERS = st.builds(
    QueueFilter,
    states=st.frozensets(st.sampled_from(STATES), min_size=1),
    class_ids=st.frozensets(st.integers(1)),
    tags=st.frozensets(st.text()),
    normal=st.sampled_from((None, True, False)),
    least_score=SHARES,
    most_score=SHARES,
    origin=st.sampled_from(ORIGINS),
    run_id=st.none() | st.integers(1),
    assigned_to=st.none() | st.text(),
    disagreement=st.none() | st.sampled_from(DISAGREEING),
    text=st.text(),
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(FILTERS)
def test_a_filter_comes_back_from_json(wanted: QueueFilter) -> None:
    assert QueueFilter.from_json(wanted.to_json()) == wanted


@given(JSON)
def test_json_that_is_no_filter_lets_everything_through(kept: Any) -> None:
    assert QueueFilter.from_json(kept) == QueueFilter()


@given(FILTERS, st.sampled_from(sorted(QueueFilter().to_json())), JSON)
def test_a_bad_field_spoils_no_other(wanted: QueueFilter, field: str, value: Any) -> None:
    read = QueueFilter.from_json(wanted.to_json() | {field: value}).to_json()

    others = wanted.to_json()
    del others[field], read[field]
    assert read == others


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("states", []),
        ("states", ["new", "burnt"]),
        ("class_ids", [True]),
        ("least_score", float("nan")),
        ("most_score", 1.5),
        ("run_id", "1"),
        ("disagreement", "lost"),
        ("sort", ["name"]),
        ("descending", 1),
        ("colour", "red"),
    ],
)
def test_values_that_make_no_sense_are_passed_over(field: str, value: Any) -> None:
    assert QueueFilter.from_json({field: value, "text": "kept"}) == QueueFilter(text="kept")


def test_an_order_alone_leaves_nothing_out() -> None:
    assert not QueueFilter(sort="name", descending=True).narrows
    assert QueueFilter(text="a").narrows
    assert QueueFilter(text="a", sort="name").everything == QueueFilter(sort="name")


def test_numbers_in_names_are_compared_as_numbers() -> None:
    names = ["b/layer_2", "b/Layer_10", "b/layer_1_b", "b/layer_1_a10", "b/layer_1_a9", "a10", "a9"]

    ordered = [name for _, name in sorted(zip(natural_keys(names), names, strict=True))]

    assert ordered == [
        "a9",
        "a10",
        "b/layer_1_a9",
        "b/layer_1_a10",
        "b/layer_1_b",
        "b/layer_2",
        "b/Layer_10",
    ]


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_each_path_has_a_key_of_its_own(paths: list[str]) -> None:
    together = natural_keys(paths)

    assert together == [key for path in paths for key in natural_keys([path])]


def test_folding_ignores_case_and_how_an_accent_is_made() -> None:
    assert folded("ÜBER") == folded("u\u0308ber")
    assert folded("Straße") == folded("STRASSE")
