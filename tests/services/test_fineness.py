"""Which turns stay where numbers are to be exact, on photos of all sorts and for all targets."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.conversations.targets.targets import TARGETS, Shown, bake_size
from app.conversations.writing.records import RecordOptions, records
from app.core.geometry import Box
from app.core.language import LANGUAGES
from app.services.record_fineness import Coarse, Fineness
from tests.helpers.made_records import facts_with
from tests.helpers.shipped_sets import classes_of, writer
from tests.helpers.told_boxes import is_large, said_of, told_boxes

SIZES = [(200, 200), (1024, 1024), (3772, 3302), (5600, 40), (640, 480), (31, 29)]
CLASSES = classes_of("powder-bed")[:2]


@st.composite
def photos(draw):
    """Facts of a photo with up to three boxes."""
    width, height = draw(st.sampled_from(SIZES))

    def span(side):
        length = draw(st.floats(min(4, side), side))
        start = draw(st.floats(0, side - length))
        return start, min(start + length, side)

    boxes = []
    for _ in range(draw(st.integers(0, 3))):
        (left, right), (top, bottom) = span(width), span(height)
        boxes.append(Box(left, top, right, bottom))
    return facts_with(boxes, width, height, classes=CLASSES)


def written(target, facts, language, fineness, *, bake):
    """The rows of all records of the image, and whether each may err on purpose."""
    size = facts.width_px, facts.height_px
    shown_size = bake_size(target, *size) if bake else size
    shown = Shown("/photo.png", *shown_size, is_baked=bake)
    coarse = fineness.of(facts, shown)
    writing = writer("powder-bed", language)
    said = [(writing, writing.exchanges(facts))]
    ((_, turns),), left_out = fineness.kept("photo.png", said, coarse)
    options = coarse.shape(RecordOptions(per_image=50, noise=1.0, grounding="all"))
    rows = [
        (target.line(record, facts, shown), record.fault == "false_box")
        for record in records(writing, facts, turns, options)
    ]
    return rows, shown_size, left_out


@settings(deadline=None, max_examples=60)
@pytest.mark.parametrize("bake", [False, True])
@pytest.mark.parametrize("name", TARGETS)
@given(facts=photos(), language=st.sampled_from(LANGUAGES))
@example(facts_with([Box(100, 90, 128, 118)], 3772, 3302, classes=CLASSES), "en")
@example(facts_with([Box(100.5, 2, 129, 38), Box(7, 3, 9, 5)], 5600, 40, classes=CLASSES), "zh")
def test_all_that_is_written_comes_back(name, bake, facts, language):
    target, size = TARGETS[name], (facts.width_px, facts.height_px)
    rows, shown_size, _ = written(target, facts, language, Fineness(target, 0.98), bake=bake)
    labels = [thing.box for thing in facts.things]
    assert rows
    for row, may_err in rows:
        told = told_boxes(row, target, size, shown_size, bake=bake)
        for label, overlap in said_of(labels, told, may_err=may_err):
            assert overlap >= 0.98 - 1e-9 or not is_large(label)


@pytest.mark.parametrize("bake", [False, True])
@pytest.mark.parametrize("name", TARGETS)
def test_without_it_some_does_not(name, bake):
    target, size = TARGETS[name], (3772, 3302)
    facts = facts_with([Box(101, 93, 130, 122)], *size, classes=CLASSES)
    rows, shown_size, left_out = written(target, facts, "en", Fineness(target, 0), bake=bake)
    told = [t for row, _ in rows for t in told_boxes(row, target, size, shown_size, bake=bake)]
    assert min(overlap for _, overlap in said_of([facts.things[0].box], told, may_err=True)) < 0.98
    assert left_out == []


TARGET = TARGETS["messages/qwen3-vl"]
LARGE, SMALL = Box(100, 90, 3000, 3000), Box(100, 90, 128, 118)


def turns_left(facts, fineness):
    """Sections of the turns that stay of a photo of 3772x3302."""
    shown = Shown("/photo.png", facts.width_px, facts.height_px)
    writing = writer("powder-bed", "en")
    said = [(writing, writing.exchanges(facts))]
    ((_, turns),), _ = fineness.kept("photo.png", said, fineness.of(facts, shown))
    return {turn.section for turn in turns}


def test_a_photo_with_one_coarse_box_is_asked_about_in_words():
    facts = facts_with([LARGE, SMALL], 3772, 3302, classes=CLASSES)
    everything = turns_left(facts, Fineness(TARGET, 0))
    fineness = Fineness(TARGET, 0.98)
    # Where the large one is alone its class is still sought; where nothing is isn't said any more.
    assert everything - turns_left(facts, fineness) == {"where"}
    assert "place" in everything and fineness.images == 1
    absent = facts_with([SMALL], 3772, 3302, classes=CLASSES)
    assert everything - turns_left(absent, fineness) == {"where", "where_class"}
    # The first photo's boxes; all, and those of its class, of the second one's.
    assert fineness.left_out == {"coarse": 3, "balance": 1}


def test_normal_photos_keep_as_large_a_share_of_their_empty_answers_as_others_of_their_boxes():
    normal = [
        replace(facts_with([], 3772, 3302, classes=CLASSES), content_hash=f"{n}")
        for n in range(400)
    ]

    def kept(share, seed=1):
        fineness = Fineness(TARGET, 0.98, empty_share=share, seed=seed)
        return {n for n, facts in enumerate(normal) if "where" in turns_left(facts, fineness)}

    assert (len(kept(0.0)), len(kept(1.0))) == (0, 400)
    assert 90 < len(kept(0.3)) < 150
    assert kept(0.3) < kept(0.5)
    assert kept(0.3) != kept(0.3, seed=2)


def test_turns_that_were_not_asked_for_are_not_counted():
    fineness = Fineness(TARGET, 0.98, ("presence",))
    facts = facts_with([SMALL], 3772, 3302, classes=CLASSES)
    assert turns_left(facts, fineness) <= {"presence", "asked"}
    assert not fineness.left_out and not list(fineness.words())


def test_clauses_and_reports_go_from_the_normal_images_that_empty_answers_go_from():
    """Else whatever quotes a report, or has the clause, would mostly be normal."""
    wanted = RecordOptions(noise=0.3, grounding="all")
    for drawn in (Coarse(frozenset({"s1"}), 0.9, without_empty=True), Coarse(without_empty=True)):
        assert drawn.shape(wanted) == replace(wanted, noise=0, grounding="off")
    assert Coarse().shape(wanted) == wanted
