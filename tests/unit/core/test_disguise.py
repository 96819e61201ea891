"""The name of a photo that is labelled a second time continues those of the others."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.core.builds import build_of
from app.core.disguise import Disguise, disguised
from app.core.queue import natural_keys


def named(*names: str) -> dict[int, str]:
    return {place: f"photos/b2/{name}" for place, name in enumerate(names, start=1)}


def name_among(*names: str, draw: int = 0, pattern: str = "") -> str | None:
    among = named(*names)
    found = disguised(
        among,
        taken=set(among.values()),
        draw=draw,
        fits=lambda path: (
            build_of(path, re.compile(pattern) if pattern else None)
            in {build_of(each, re.compile(pattern) if pattern else None) for each in among.values()}
        ),
    )
    return None if found is None else found.path.removeprefix("photos/b2/")


def test_it_is_the_next_in_the_row() -> None:
    assert name_among("layer_0001.png", "layer_0002.png") == "layer_0003.png"
    assert name_among("layer_8.png", "layer_9.png") == "layer_10.png"
    assert name_among("layer_0010.png", "layer_0020.png", "layer_0030.png") == "layer_0040.png"


def test_it_fills_a_gap_behind_whatever_is_drawn() -> None:
    names = [f"{n:03}.tif" for n in (5, 10, 20, 25, 40)]
    assert [name_among(*names, draw=draw) for draw in range(5)] == [
        *("015.tif", "015.tif", "030.tif", "030.tif", "045.tif")
    ]


def test_it_stays_in_the_build_that_a_pattern_finds() -> None:
    pattern = r"job(\d+)"
    assert name_among("l1_job7.png", "l2_job7.png", pattern=pattern) == "l3_job7.png"
    assert name_among("job7_l1.png", "job7_l2.png", pattern=pattern) == "job7_l3.png"
    assert name_among("a_job7.png", pattern=pattern) is None


def test_without_a_number_there_is_none() -> None:
    assert name_among("bed.png", "plate.png") is None
    assert name_among("bed.png", "plate_4.png") == "plate_5.png"
    assert disguised({}, taken=(), draw=3) is None


@given(
    numbers=st.sets(st.integers(0, 300), min_size=1, max_size=40),
    draw=st.integers(0, 2**64),
    also=st.sets(st.integers(0, 400)),
)
def test_it_is_free_and_stands_right_after_its_neighbour(
    numbers: set[int], draw: int, also: set[int]
) -> None:
    among = {n + 1: f"a/b/layer_{n:03}.png" for n in numbers}
    taken = {*among.values(), *(f"a/b/layer_{n:03}.png" for n in also)}
    found = disguised(among, taken=taken, draw=draw)
    assert isinstance(found, Disguise)
    assert found.path not in taken
    assert re.fullmatch(r"a/b/layer_\d{3,}\.png", found.path)
    order = sorted([*among.values(), found.path], key=lambda path: natural_keys([path])[0])
    assert order[order.index(found.path) - 1] == among[found.beside]
