import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.conversations.targets.answers import read_answer
from app.conversations.targets.frames import pixels, whole
from app.conversations.targets.targets import Shown, bake_size, target_by_name
from app.conversations.targets.vlms import VLMS
from app.core.geometry import Box, intersection_over_union
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass

CLASSES = (
    LabelClass("streak", 1, "条纹", en=Knowledge(noun="streak", plural="streaks")),
    LabelClass("over_melt", 2, "过熔"),
    LabelClass("incomplete_spreading", 3, "铺粉不完全"),
    LabelClass('crack, "fine"', 4),
    LabelClass("kind 1 {old}", 5, "旧类：一"),
)
SIZES = ((1, 1), (3, 2), (64, 48), (1024, 768), (768, 1024), (3772, 3302), (12_000, 60), (60, 9000))


def frame_of(vlm_name, size):
    target = target_by_name(f"messages/{vlm_name}")
    return target.frame(Shown("/p.png", *bake_size(target, *size), is_baked=True))


def read(text, frame=None, size=(200, 100), classes=CLASSES):
    return read_answer(
        text, frame=frame or whole(), width_px=size[0], height_px=size[1], classes=classes
    )


def boxes(answer):
    return [(each.word, tuple(round(c, 3) for c in each.box.corners)) for each in answer.boxes]


@st.composite
def labelled_boxes(draw):
    """An image's size, and boxes on it with the class and the language of the word for it."""
    size = draw(st.sampled_from(SIZES))
    shares = st.tuples(st.floats(0, 1), st.floats(0.002, 1))
    found = []
    for _ in range(draw(st.integers(1, 5))):
        spans = []
        for side in size:
            place, length = draw(shares)
            start = place * side * (1 - length)
            spans.append((start, min(max(start + length * side, start + 0.02), side)))
        (left, right), (top, bottom) = spans
        if left < right and top < bottom:
            found.append((Box(left, top, right, bottom), draw(st.sampled_from(CLASSES))))
    return size, found, draw(st.sampled_from(("en", "zh")))


def assert_within_one_unit(read_box, true, frame, size):
    x, y = frame.unit * size[0] / frame.width, frame.unit * size[1] / frame.height
    for got, was, unit in zip(read_box.corners, true.corners, (x, y, x, y), strict=True):
        assert abs(got - was) <= unit * (1 + 1e-9)


@pytest.mark.parametrize("vlm", VLMS, ids=lambda vlm: vlm.name)
@settings(max_examples=60, deadline=None)
@given(drawn=labelled_boxes())
@example(drawn=((12_000, 60), [(Box(0, 0, 12_000, 60), CLASSES[0])], "en"))
@example(drawn=((1, 1), [(Box(0, 0, 1, 1), CLASSES[1])], "zh"))
def test_what_a_form_writes_is_read_within_one_unit_of_its_frame(vlm, drawn):
    size, found, language = drawn
    frame = frame_of(vlm.name, size)
    text = vlm.form.joined(
        [vlm.form.entry(c.label(language), frame.numbers(box, *size)) for box, c in found]
    )
    for dressed in (text, f"```json\n{text}\n```", f"Here they are: {text}\nThat is all."):
        answer = read(dressed, frame, size)
        assert [each.word for each in answer.boxes] == [c.label(language) for _, c in found]
        assert [each.label_class for each in answer.boxes] == [c for _, c in found]
        assert (answer.lost, answer.breaks_off) == (0, False)
        for each, (box, _) in zip(answer.boxes, found, strict=True):
            assert_within_one_unit(each.box, box, frame, size)


@pytest.mark.parametrize("vlm", VLMS, ids=lambda vlm: vlm.name)
def test_servers_that_leave_out_the_tokens_of_a_form_are_understood(vlm):
    size, box = (1024, 768), Box(100, 200, 300, 400)
    frame = frame_of(vlm.name, size)
    entry = vlm.form.entry("streak", frame.numbers(box, *size))
    for token in ("open_ref", "close_ref", "open_box", "close_box"):
        entry = entry.replace(getattr(vlm.form, token, "") or "\0", "")
    answer = read(f"{entry}, {entry}", frame, size)
    assert [each.word for each in answer.boxes] == ["streak", "streak"]
    assert all(intersection_over_union(each.box, box) > 0.98 for each in answer.boxes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes, a streak at [100, 200, 300, 400].", [("streak", (20, 20, 60, 40))]),
        ("Streaks lie at (100,200),(300,400) and (0,0),(500,500).",
         [("Streaks", (20, 20, 60, 40)), ("Streaks", (0, 0, 100, 50))]),
        ("从 [100, 200, 300, 400] 看，那里有条纹。", [("", (20, 20, 60, 40))]),
        ("左上有条纹，位于 [100，200，300，400]", [("条纹", (20, 20, 60, 40))]),
        ("scratch: [[100, 200, 300, 400], [0, 0, 500, 500]]",
         [("scratch", (20, 20, 60, 40)), ("scratch", (0, 0, 100, 50))]),
        ('{"streak": [[100, 200, 300, 400]], "dent": [[0, 0, 500, 500]]}',
         [("streak", (20, 20, 60, 40)), ("dent", (0, 0, 100, 50))]),
        ('{"label": "streak", "bboxes": [[100, 200, 300, 400]]}', [("streak", (20, 20, 60, 40))]),
        ("[{'bbox': [100, 200, 300, 400], 'class': 'streak'},]", [("streak", (20, 20, 60, 40))]),
        ('[{"x1": 100, "y1": 200, "x2": 300, "y2": 400, "name": "streak"}]',
         [("streak", (20, 20, 60, 40))]),
        ("<|begin_of_box|>[100, 200, 300, 400]<|end_of_box|>", [("", (20, 20, 60, 40))]),
        ("<ref>streak</ref><box>[[100, 200, 300, 400], [0, 0, 500, 500]]</box>",
         [("streak", (20, 20, 60, 40)), ("streak", (0, 0, 100, 50))]),
        ("<box>100 200 300 400</box>", [("", (20, 20, 60, 40))]),
        ("条纹100 200 300 400", [("条纹", (20, 20, 60, 40))]),
        ("[[100.0, 200.0, 300.0, 4e2]]", [("", (20, 20, 60, 40))]),
        ("streak [300, 400, 100, 200]", [("streak", (20, 20, 60, 40))]),
        ("streak [0.1, 0.2, 0.3, 0.4]", [("streak", (20, 20, 60, 40))]),
    ],
)  # fmt: skip
def test_boxes_are_found_however_they_are_put(text, expected):
    assert boxes(read(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "Yes.", "Layer 12, 40 to 55 and 300.", "At (12, 40) there is a streak.",
        "1. streak 2. slag 3. wrinkle 4. none", "[1, 2, 3]", "[[1, 2], [3]]", '{"n": 4}',
        '{"bbox_2d": [1, 2, 3], "label": "streak"}', '{"bbox_2d": ["a", 2, 3, 4]}',
        "Layers 12 13 14 15 show nothing.", "12 13 14 15 16",
        "100 % of 200 photos, 300 boxes, 400 classes", '{"streak": [true, true, false, true]}',
    ],
)  # fmt: skip
def test_what_is_no_box_is_not_taken_for_one(text):
    answer = read(text)
    assert (answer.boxes, answer.lost) == ((), 0)


def test_a_cut_answer_keeps_its_whole_boxes_and_says_that_it_breaks_off():
    whole_text = json.dumps(
        [{"bbox_2d": [100, 200, 300, 400], "label": "streak"},
         {"bbox_2d": [0, 0, 500, 500], "label": "over_melt"}]
    )  # fmt: skip
    seen = set()
    for end in range(len(whole_text)):
        answer = read(whole_text[:end])
        assert len(answer.boxes) <= 2
        seen.add(len(answer.boxes))
        assert all(box in ((20, 20, 60, 40), (0, 0, 100, 50)) for _, box in boxes(answer))
    assert seen == {0, 1, 2}
    torn = read(whole_text[:75])
    assert torn.breaks_off
    assert torn.words == "streak ⟦1⟧ …"
    unnamed = read('[{"bbox_2d": [100, 200, 300, 400], "la')
    assert (boxes(unnamed), unnamed.breaks_off) == ([("", (20, 20, 60, 40))], True)


def test_what_reaches_over_the_edge_is_cut_and_said_so_and_what_is_beside_it_is_lost():
    answer = read("streak [-50, 200, 300, 1400], streak [1200, 0, 1300, 9], streak [5, 5, 5, 9]")
    assert boxes(answer) == [("streak", (0, 20, 60, 100))]
    assert answer.boxes[0].is_clipped
    assert answer.lost == 2
    edge = read("streak [0, 0, 1000, 1000]", size=(3772, 3302)).boxes[0]
    assert (edge.box, edge.is_clipped) == (Box(0, 0, 3772, 3302), False)


def test_pixels_of_the_picture_that_was_sent_become_pixels_of_the_photo():
    frame = pixels(840, 420)
    assert boxes(read("streak [84, 42, 168, 84]", frame, (4000, 2000))) == [
        ("streak", (400, 200, 800, 400))
    ]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Streak", "streak"), ("streaks", "streak"), ("条纹", "streak"), ("over-melt", "over_melt"),
        ("Over Melt", "over_melt"), ("a fine streak", "streak"), ("铺粉不完全区域",
        "incomplete_spreading"), ("scratch", None), ("", None), ("streak or over melt", None),
    ],
)  # fmt: skip
def test_a_word_means_a_class_or_stays_a_word(word, name):
    (box,) = read(json.dumps({"bbox_2d": [1, 2, 3, 4], "label": word}, ensure_ascii=False)).boxes
    assert box.word == word
    assert (box.label_class and box.label_class.name) == name


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "```json\n[]\n```",
        "None.",
        "There is nothing.",
        "No boxes.",
        "没有。",
        "无",
        "No.",
        "无缺陷",
        "粉床正常，无明显条纹。",
        "There are no streaks.",
        "No over-melt is visible.",
    ],
)
def test_no_boxes_is_an_answer(text):
    answer = read(text)
    assert answer.says_none
    assert not answer.boxes


@pytest.mark.parametrize(
    ("text", "is_empty"),
    [("[]", True), ("```json\n[ ]\n```", True), ("No: []", False), ("", False)],
)
def test_an_empty_list_is_known_as_one(text, is_empty):
    assert read(text).is_empty_list == is_empty


def test_an_answer_in_other_words_says_neither():
    assert not read("I am not able to look at pictures.").says_none
    assert not read("无法查看图片中的条纹。").says_none
    assert not read("streak [1, 2, 3, 4], nothing else").says_none


def test_thoughts_are_not_part_of_the_answer():
    thought = "<think>Perhaps [0, 0, 500, 500]? No.</think>streak [100, 200, 300, 400]"
    assert boxes(read(thought)) == [("streak", (20, 20, 60, 40))]
    cut = read("<think>Perhaps [0, 0, 500, 500]? Or")
    assert (cut.words, cut.boxes, cut.breaks_off) == ("", (), True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A streak [1, 2, 3, 4], and slag.", "A streak ⟦1⟧, and slag."),
        ('```json\n[{"bbox_2d": [1, 2, 3, 4], "label": "streak"}]\n```', "streak ⟦1⟧"),
        ("<|object_ref_start|>streak<|object_ref_end|><|box_start|>(1,2),(3,4)<|box_end|>",
         "streak⟦1⟧"),
        ("streak: <|begin_of_box|>[[1,2,3,4], [5,6,7,8]]<|end_of_box|>", "streak: ⟦1⟧, ⟦2⟧"),
        ("The streak (faint) is at [1, 2, 3, 4] (see above).",
         "The streak (faint) is at ⟦1⟧ (see above)."),
        ("Two\nlines.", "Two\nlines."),
    ],
)  # fmt: skip
def test_words_hold_the_places_of_boxes_without_their_brackets(text, words):
    assert read(text).words == words


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from("[]{}()<>|,:;\"' 0123456789.-+eE"),
            st.sampled_from(["<box>", "</box>", "<ref>", "<|box_start|>", "<think>", "bbox_2d"]),
            st.sampled_from(["label", "streak", "条纹", "无"]),
            st.text(max_size=4),
        ),
        max_size=60,
    ).map("".join)
)
@example("{" * 3000)
@example("(" + "streak [1, 2, 3, 4]     " * 300)
@example('{"a":' * 3000)
@example('{"bbox_2d": [' + "9" * 5000 + ", 1, 2, 3]}")
@example("[" + " " * 5000 + "1")
def test_nothing_that_a_model_writes_can_break_the_reading(text):
    answer = read(text)
    assert all(each.box.inside(200, 100) for each in answer.boxes)
    assert answer.words.count("⟦") >= len(answer.boxes)
