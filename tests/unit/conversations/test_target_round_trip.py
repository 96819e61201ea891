import json
from dataclasses import replace

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from app.conversations.targets.box_text import Entry
from app.conversations.targets.rows import filled
from app.conversations.targets.targets import TARGETS, Shown, bake_size
from app.conversations.targets.trainers import objects_of
from app.core.conversation import Claim, Message, boxes_token
from app.core.errors import UserError
from app.core.geometry import Box, intersection_over_union
from tests.helpers.made_records import CLASSES, dialogue, facts_with, random_dialogue, seeded

BOTH = ("original", "baked")
sides = st.one_of(st.integers(1, 120), st.integers(100, 1000), st.integers(800, 12_000))
sizes = st.tuples(sides, sides).filter(lambda size: max(size) <= 200 * min(size))
shares = st.tuples(st.floats(0, 1), st.floats(0.002, 1))


def box_of(size, across, down):
    """`across` and `down`: (place, length) as shares of what is left and of the side."""
    spans = []
    for side, (place, length) in zip(size, (across, down), strict=True):
        start = round(min(place * side * (1 - length), side - 0.02), 2)
        spans.append((start, min(max(round(start + length * side, 2), start + 0.02), side)))
    (left, right), (top, bottom) = spans
    return Box(left, top, right, bottom)


images = sizes.flatmap(
    lambda size: st.lists(
        st.builds(box_of, st.just(size), shares, shares), max_size=5
    ).map(lambda boxes: facts_with(boxes, *size))
)  # fmt: skip


def shown_of(target, facts, how):
    size = facts.width_px, facts.height_px
    if how == "baked":
        size = bake_size(target, *size)
    elif target.vlm.patches and (max(size) > 60 * min(size) or max(size) > 7140):
        reject()  # it may refuse strips that the others take; copies of them it takes, too
    return Shown("/photos/a.png", *size, is_baked=how == "baked")


def through_json(row):
    return json.loads(json.dumps(row, ensure_ascii=False))


def entries_of(target, row, turn):
    """What a text says, in the numbers that it holds; as ms-swift would fill it, in pixels."""
    turns = target.trainer.turns(row)
    objects = objects_of(row)
    if objects is not None:
        turns = filled(target.vlm.form, turns, objects, target.vlm.frame)
    labels = [name for c in CLASSES for name in (c.name, c.name_zh)]
    return [e for run in target.vlm.form.runs(turns[turn].content, labels) for e in run.entries]


@pytest.mark.parametrize("how", BOTH)
@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=20, deadline=None)
@given(facts=images)
@example(facts_with([Box(0, 0, 3772, 3302), Box(3743.5, 3273.5, 3772, 3302)], 3772, 3302))
@example(facts_with([Box(0, 0, 1, 1)], 1, 1))
@example(facts_with([Box(5, 1, 11_999, 59.5), Box(11_990, 0, 12_000, 60)], 12_000, 60))
def test_every_box_is_parsed_back_as_exactly_as_its_frame_allows(name, how, facts):
    target = TARGETS[name]
    shown = shown_of(target, facts, how)
    frame = target.frame(shown)
    for true, parsed in parsed_boxes(target, facts, shown):
        _check_accuracy(true, parsed, facts, frame)


def _check_accuracy(true, parsed, facts, frame):
    """Each edge within a unit, and the overlap as large as edges half a unit off leave it.

    With both edges of a side off by `off` in all, of a length of n units, at least
    (1 - off / n) of the length is shared; so the overlap is at least the product of both.
    """
    bound = 1.0
    seen = frame.seen or frame
    for start, end, back, side, full, seen_full in (
        (true.left, true.right, (parsed.left, parsed.right), facts.width_px, frame.width,
         seen.width),
        (true.top, true.bottom, (parsed.top, parsed.bottom), facts.height_px, frame.height,
         seen.height),
    ):  # fmt: skip
        unit_px = frame.unit * side / full
        # What is too thin for the model's own numbers is widened to one of their steps.
        is_thin = end - start < seen.unit * side / seen_full
        step_px = max(unit_px, seen.unit * side / seen_full) if is_thin else unit_px
        errors = [abs(back[0] - start), abs(back[1] - end)]
        assert max(errors) <= step_px * (1 + 1e-6) + 0.005 * (frame.seen is not None)
        bound *= 0 if is_thin else max(0.0, 1 - unit_px / (end - start))
    overlap = intersection_over_union(true, parsed)
    assert overlap >= bound - 1e-9
    if frame.seen is not None and min(true.width, true.height) >= 28:
        assert overlap >= 0.98
    return overlap


def parsed_boxes(target, facts, shown):
    """Each box of the image with what is parsed of the numbers in a row for it."""
    record = dialogue(facts, "en")
    row = through_json(target.line(record, facts, shown))
    answer = next(n for n, turn in enumerate(record.messages) if turn.role == "assistant")
    entries = entries_of(target, row, answer)
    assert [e.label for e in entries] == [thing.label_class.name for thing in facts.things]
    frame = target.frame(shown)
    for thing, entry in zip(facts.things, entries, strict=True):
        corners = frame.corners(entry.numbers, facts.width_px, facts.height_px)
        yield thing.box, Box(*corners)


def large_span(side, place, length, edge):
    """28 px and more, within the side; `edge` puts it at the first or the last one."""
    length = 28 + round(length * (side - 28), 2)
    start = {"first": 0.0, "last": side - length}.get(edge, round(place * (side - length), 2))
    return start, min(start + length, float(side))


large_sides = st.one_of(
    st.just(200), st.integers(28, 120), st.integers(100, 1000), st.integers(800, 12_000)
)
large_sizes = st.one_of(
    st.just((200, 200)),
    st.tuples(large_sides, large_sides).filter(lambda size: max(size) <= 200 * min(size)),
)
edges = st.sampled_from(["first", "last", ""])
lengths = st.one_of(st.just(0.0), st.floats(0, 0.1), st.floats(0, 1))


def with_large_boxes(size):
    spans = [st.builds(large_span, st.just(side), st.floats(0, 1), lengths, edges) for side in size]
    made = st.tuples(*spans).map(lambda both: Box(both[0][0], both[1][0], both[0][1], both[1][1]))
    return st.lists(made, min_size=1, max_size=6).map(lambda boxes: facts_with(boxes, *size))


@pytest.mark.parametrize("how", BOTH)
@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=25, deadline=None)
@given(facts=large_sizes.flatmap(with_large_boxes))
@example(facts_with([Box(0, 0, 28, 28), Box(172, 172, 200, 200), Box(171.5, 0, 200, 28)], 200, 200))
@example(facts_with([Box(0, 0, 28, 28), Box(3744, 3274, 3772, 3302)], 3772, 3302))
@example(facts_with([Box(11_972, 32, 12_000, 60)], 12_000, 60))
@example(facts_with([Box(0, 0, 28, 28)], 28, 28))
def test_boxes_of_28_pixels_come_back_as_well_as_the_grid_allows(name, how, facts):
    """`_check_accuracy` holds them to what arithmetic leaves; that is enough where it can be."""
    target = TARGETS[name]
    shown = shown_of(target, facts, how)
    frame = target.frame(shown)
    size = facts.width_px, facts.height_px
    for true, parsed in parsed_boxes(target, facts, shown):
        overlap = _check_accuracy(true, parsed, facts, frame)
        # What ms-swift makes of the numbers in the file, where it makes anything of them.
        learned = _check_accuracy(true, frame.told(true, *size), facts, frame.seen or frame)
        if size == (200, 200) and (how == "baked" or not target.name.endswith("/qwen2.5-vl")):
            assert min(overlap, learned) >= 0.98


@pytest.mark.parametrize("how", BOTH)
@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=12, deadline=None)
@given(facts=images, seed=st.integers(0, 1000))
def test_rows_are_read_back_into_what_they_were_written_from(name, how, facts, seed):
    target = TARGETS[name]
    shown = shown_of(target, facts, how)
    record = random_dialogue(seeded(seed), facts)
    row = through_json(target.line(record, facts, shown))
    read = target.read(row, shown, facts)
    assert read.images == ("/photos/a.png",)
    assert [turn.role for turn in read.messages] == [turn.role for turn in record.messages]
    assert all(each.turn == 0 for each in read.unmatched)
    assert len(read.unmatched) <= len(record.claims)
    again = replace(record, messages=read.messages)
    if not record.claims:
        # Boxes that a frame can't tell apart may have changed places; what is said is the same.
        assert through_json(target.line(again, facts, shown)) == row


@pytest.mark.parametrize("how", BOTH)
@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_neutral_words_come_back(name, how, language):
    target = TARGETS[name]
    facts = facts_with([Box(10, 20, 300, 400), Box(500, 30, 640, 480), Box(7, 9, 70, 90)], 640, 480)
    shown = shown_of(target, facts, how)
    claims = [Claim(2, Box(100, 20, 300, 400)), Claim(1, Box(10, 20, 300, 400))]
    record = dialogue(facts, language, claims=claims)
    read = target.read(through_json(target.line(record, facts, shown)), shown, facts)
    assert read.messages[1:] == record.messages[1:]
    system = read.messages[0].content
    assert system.startswith("Answer with <format>. A detector says: <boxes:b0>")
    assert system.endswith("Look only at <boxes:b0 b1>.")
    [wrong] = read.unmatched
    assert (wrong.turn, wrong.label) == (0, CLASSES[1].label(language))
    unit = max(640, 480) / min(target.frame(shown).width, target.frame(shown).height)
    unit *= target.frame(shown).unit
    for read_px, true_px in zip(wrong.box.corners, claims[0].box.corners, strict=True):
        assert abs(read_px - true_px) <= unit


FACTS = facts_with([Box(192, 108, 960, 540)], 1920, 1080)
PHOTO = Shown("/a.png", 1920, 1080)


def read_row(name, answer, **more):
    turns = [
        {"role": "user", "content": "<image>Where?"},
        {"role": "assistant", "content": answer},
    ]
    row = {"messages": turns, "images": ["/a.png"], **more}
    return TARGETS[name].read(row, PHOTO, FACTS)


def test_rows_of_other_people_s_scripts_are_read():
    answer = '```json\n[\n\t{"bbox_2d": [100, 100, 500, 500], "label": "streak"}\n]\n```'
    assert read_row("llama-factory/qwen3-vl", answer).messages[1].content == boxes_token(["b0"])
    assert read_row("llama-factory/qwen3-vl", "```\n[]\n```").messages[1].content == "<boxes:>"
    box = {"ref": ["streak"], "bbox": [[0.1, 0.1, 0.5, 0.5]], "bbox_type": "norm1"}
    one = "There: <ref-object><bbox>"
    read = read_row("ms-swift/qwen2-vl", one, objects=box)
    assert read.messages[1].content == "There: <boxes:b0>"


def test_what_no_annotation_has_stays_and_is_told():
    answer = (
        '[{"bbox_2d": [100, 100, 500, 500], "label": "streak"}, '
        '{"bbox_2d": [100, 100, 500, 501], "label": "streak"}]'
    )
    read = read_row("llama-factory/qwen3-vl", answer)
    rest = '[{"bbox_2d": [100, 100, 500, 501], "label": "streak"}]'
    assert read.messages[1] == Message("assistant", f"<boxes:b0> {rest}")
    [wrong] = read.unmatched
    assert (wrong.turn, wrong.label, wrong.numbers) == (1, "streak", (100, 100, 500, 501))
    assert wrong.box == Box(192, 108, 960, 1080 * 501 / 1000)
    answer = '[{"bbox_2d": [100, 100, 500, 500], "label": "slag"}]'
    read = read_row("llama-factory/qwen3-vl", answer)
    assert read.messages[1].content == answer
    answer = '[{"bbox_2d": [500, 500, 100, 100], "label": "streak"}]'
    read = read_row("llama-factory/kimi-vl", answer)
    assert read.unmatched[0].box is None


def test_plain_texts_are_read_where_blocks_could_stand():
    """TRL takes both, as long as the photo is a block of its own."""
    blocks = [{"type": "image"}, {"type": "text", "text": "Where?"}]
    turns = [
        {"role": "system", "content": "Look."},
        {"role": "user", "content": blocks},
        {"role": "assistant", "content": "[]"},
    ]
    read = read_row("messages/qwen3-vl", "", messages=turns)
    assert [turn.content for turn in read.messages] == ["Look.", "<image>Where?", "<boxes:>"]


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("ms-swift/qwen2-vl", {"messages": []}, "not a list of turns"),
        ("ms-swift/qwen2-vl", {"messages": [{"role": "bot", "content": ""}]}, "no role"),
        ("ms-swift/qwen2-vl", {"messages": ["hello"]}, "no role"),
        ("llama-factory/internvl", {"messages": [{"role": "user"}]}, "not a text"),
        ("messages/internvl", {}, "not a list of image and text"),
        ("llama-factory/internvl", {"images": "/a.png"}, "not a list of paths"),
        ("ms-swift/qwen2-vl", {"objects": {"ref": [1], "bbox": []}}, "not names and boxes"),
        ("ms-swift/qwen2-vl", {"objects": {"ref": [], "bbox": [[1, 2]]}}, "not names and boxes"),
        ("ms-swift/qwen2-vl", {"objects": {"ref": [], "bbox": [[1, 2, 3, 4]]}}, "0 <bbox>"),
    ],
)
def test_malformed_rows_are_refused_with_the_reason(name, change, reason):
    with pytest.raises(UserError, match=reason):
        read_row(name, "No.", **change)


def test_an_answer_with_broken_boxes_is_refused():
    with pytest.raises(UserError, match="turn 2: its boxes can't be read"):
        read_row("llama-factory/qwen3-vl", '[{"bbox_2d": [1, 2, 3, 4], "label": "streak"')
    with pytest.raises(UserError, match="turn 2: its boxes can't be read"):
        read_row("llama-factory/internvl", "<box>[[1, 2, 3, 4]]</box>")


def test_two_boxes_that_say_the_same_are_both_found():
    facts = facts_with([Box(0, 0, 50, 50), Box(0, 0, 50, 50)], 100, 100, classes=CLASSES[:1])
    target = TARGETS["messages/internvl"]
    shown = Shown("/a.png", 100, 100)
    read = target.read(target.line(dialogue(facts, "en"), facts, shown), shown, facts)
    assert read.messages[2].content == "<boxes:b0 b1>"
    assert Entry("streak", (0, 0, 500, 500)) == Entry("streak", (0.0, 0.0, 500.0, 500.0))
