import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.targets.box_text import NONE, Entry, check_names
from app.conversations.targets.vlms import VLMS
from app.core.errors import UserError
from app.core.label_class import LabelClass

FORMS = {vlm.name: vlm.form for vlm in VLMS}
ONE = Entry("streak", (12, 34, 560, 780))
WRITTEN = {
    "qwen2-vl": "<|object_ref_start|>streak<|object_ref_end|><|box_start|>(12,34),(560,780)"
    "<|box_end|>",
    "qwen2.5-vl": '[{"bbox_2d": [12, 34, 560, 780], "label": "streak"}]',
    "qwen3-vl": '[{"bbox_2d": [12, 34, 560, 780], "label": "streak"}]',
    "internvl": "<ref>streak</ref><box>[[12, 34, 560, 780]]</box>",
    "kimi-vl": '[{"bbox_2d": [12.000, 34.000, 560.000, 780.000], "label": "streak"}]',
    "minicpm-v": "<ref>streak</ref><box>12 34 560 780</box>",
    "glm-4.5v": "streak: <|begin_of_box|>[[12,34,560,780]]<|end_of_box|>",
    "deepseek-vl2": "<|ref|>streak<|/ref|><|det|>[[12, 34, 560, 780]]<|/det|>",
}
names = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="<>|") | st.just(" "),
    min_size=1,
).map(str.strip).filter(bool)  # fmt: skip
grid = st.integers(0, 1000)
entries = st.lists(st.builds(Entry, names, st.tuples(grid, grid, grid, grid)), min_size=1)


def joined(form, listed):
    return form.joined([form.entry(each.label, each.numbers) for each in listed])


def read(form, text, labels=()):
    return [entry for run in form.runs(text, labels) for entry in run.entries]


@pytest.mark.parametrize("name", FORMS)
def test_one_box_in_each_form(name):
    form = FORMS[name]
    assert joined(form, [ONE]) == WRITTEN[name]
    assert form.marker in WRITTEN[name]
    [run] = form.runs(f"Look: {WRITTEN[name]}.", ["streak"])
    assert f"Look: {WRITTEN[name]}."[run.start : run.end] == WRITTEN[name]
    assert run.entries == (ONE,)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_box_is_an_empty_list(form):
    assert form.joined([]) == NONE == "[]"
    assert read(form, "[]") == []


@pytest.mark.parametrize("name", FORMS)
@given(entries)
def test_lists_are_read_as_they_were_written(name, listed):
    form = FORMS[name]
    text = joined(form, listed)
    [run] = form.runs(text, [each.label for each in listed])
    assert (run.start, run.end, list(run.entries)) == (0, len(text), listed)


def test_names_are_quoted_in_json():
    text = joined(FORMS["qwen3-vl"], [Entry('a "deep" \\ scratch 划痕', (1, 2, 3, 4))])
    assert json.loads(text) == [{"bbox_2d": [1, 2, 3, 4], "label": 'a "deep" \\ scratch 划痕'}]
    assert "划痕" in text


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (
            "qwen2.5-vl",
            'One: {"label": "slag", "bbox_2d": [1, 2, 3, 4]} and [\n {"bbox_2d":[5,6,7,8.5],'
            ' "label":"x"}]!',
            [Entry("slag", (1, 2, 3, 4)), Entry("x", (5, 6, 7, 8.5))],
        ),
        (
            "internvl",
            "<ref>slag</ref><box>[[1, 2, 3, 4], [5,6,7,8]]</box>",
            [Entry("slag", (1, 2, 3, 4)), Entry("slag", (5, 6, 7, 8))],
        ),
        (
            "qwen2-vl",
            "<|object_ref_start|>slag<|object_ref_end|><|box_start|>(1,2),(3,4)<|box_end|>"
            "<|box_start|>(5,6),(7,8)<|box_end|>",
            [Entry("slag", (1, 2, 3, 4)), Entry("slag", (5, 6, 7, 8))],
        ),
        (
            "glm-4.5v",
            "There is slag <|begin_of_box|>[1,2,3,4]<|end_of_box|>; crack: "
            "<|begin_of_box|>[[5,6,7,8]]<|end_of_box|>",
            [Entry("slag", (1, 2, 3, 4)), Entry("crack", (5, 6, 7, 8))],
        ),
    ],
)
def test_what_people_write_otherwise(name, text, found):
    assert read(FORMS[name], text, ["slag"]) == found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_words_that_explain_a_form_hold_no_box(form, language):
    assert form.marker in form.words(language)
    assert "[]" in form.words(language)
    assert read(form, f"Answer with {form.words(language)}.") == []


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("qwen2.5-vl", '[{"bbox_2d": [1, 2, 3], "label": "x"}]', "not four numbers"),
        ("qwen2.5-vl", '[{"bbox_2d": [1, 2, 3, "4"], "label": "x"}]', "not four numbers"),
        ("qwen2.5-vl", '[{"bbox_2d": [1, 2, 3, 4]}]', "no label"),
        ("internvl", "<ref>x</ref><box>[[1, 2, 3]]</box>", "not four numbers"),
    ],
)
def test_a_box_without_name_or_number_is_refused(name, text, reason):
    with pytest.raises(UserError, match=reason):
        read(FORMS[name], text)


@pytest.mark.parametrize(
    "name", ["<image>", "a<bbox>", "<REF-object>", "x <box>", "</ref>", "<|im_end|>", "a<|b", "|>"]
)
def test_names_that_trainers_take_for_their_own_words_are_refused(name):
    with pytest.raises(UserError, match="word of their own"):
        check_names([LabelClass("fine"), LabelClass("x", name_zh=name)])


def test_other_names_are_not():
    check_names([LabelClass("a < b > c"), LabelClass("<5 mm>", name_zh="a|b [x] \"'")])
