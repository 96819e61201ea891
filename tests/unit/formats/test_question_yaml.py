"""Question sets are read with their lines, and refused in words that name the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UserError
from app.core.questions import Phrasing, QuestionSet, Section, Stage
from app.formats.question_yaml import question_set_from_yaml

WHOLE = """\
name: beds
language: en
system:
  prose: ["You judge powder beds: {{ names }}."]
  localisation:
    - >-
      Answer as {{ format }}
      and nothing else.
    - You find {{ names }}.
corrections:
  missed: ["It missed {{ actual }} {{ place }}."]
sections:
  presence:
    questions: ["Is anything wrong here?"]
    answers: {defects: ["yes, {{ found }}"], normal: ["no: it is fine"]}
  where:
    questions: ["Where are the defects?"]
stages:
  - tag: printing
    never: [incomplete_spreading]
    sections: {presence: {answers: {normal: [The layer is molten well.]}}}
"""
LEAST = """\
name: beds
language: zh
system: {prose: [a], localisation: [b]}
sections: {where: {questions: [在哪]}}
"""


def _read(text):
    return question_set_from_yaml(text, source="mine.yaml")


def test_every_phrasing_keeps_its_line():
    found = _read(WHOLE)

    assert (found.name, found.language, found.source) == ("beds", "en", "mine.yaml")
    assert found.system == {
        "prose": (Phrasing("You judge powder beds: {{ names }}.", 4),),
        "localisation": (
            Phrasing("Answer as {{ format }} and nothing else.", 6),
            Phrasing("You find {{ names }}.", 9),
        ),
    }
    assert found.corrections == {"missed": (Phrasing("It missed {{ actual }} {{ place }}.", 11),)}
    assert found.sections == {
        "presence": Section(
            (Phrasing("Is anything wrong here?", 14),),
            {
                "defects": (Phrasing("yes, {{ found }}", 15),),
                "normal": (Phrasing("no: it is fine", 15),),
            },
        ),
        "where": Section((Phrasing("Where are the defects?", 17),)),
    }
    only_normal = Section((), {"normal": (Phrasing("The layer is molten well.", 21),)})
    assert found.stages == (
        Stage("printing", ("incomplete_spreading",), {"presence": only_normal}),
    )


def test_corrections_and_stages_may_be_missing():
    found = _read(LEAST)

    assert found.language == "zh" and found.corrections == {} and found.stages == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: beds", "nam: beds", "line 1: the question set has an unknown field \"nam\""),
        ("name: beds\n", "", "line 1: the question set has no field 'name'"),
        ("name: beds", "name: ''", "line 1: name must be a text on one line"),
        ("language: zh\n", "", "line 1: the question set has no field 'language'"),
        ("language: zh", "language: de", "line 2: language must be one of en, zh"),
        ("prose: [a]", "proes: [a]", "line 3: system has an unknown field \"proes\""),
        ("prose: [a]", "boxes: [a]", "line 3: system has no field 'prose'"),
        (", localisation: [b]", "", "line 3: system has no field 'localisation'"),
        ("prose: [a]", "prose: []", "line 3: system.prose must be a list of at least one"),
        ("prose: [a]", "prose: a", "line 3: system.prose must be a list of at least one"),
        ("prose: [a]", "prose: [{a: b}]", "line 3: a phrasing of system.prose must be text"),
        ("prose: [a]", "prose: ['']", "line 3: a phrasing of system.prose must be one paragraph"),
        ("prose: [a]", r'prose: ["a\n\nb"]', "line 3: a phrasing of system.prose must be one para"),
        ("where: {", "there: {", "line 4: sections has an unknown field \"there\""),
        ("questions:", "question:", "line 4: where has an unknown field \"question\""),
        ("where: {questions: [在哪]}", "", "line 4: there must be at least one section"),
        ("questions: [在哪]", "", "line 4: the section where has no questions"),
        ("在哪]}", "在哪], answers: {present: [a]}}", "where has an unknown field \"answers\""),
        ("where:", "cause:", "line 4: the section cause has no answers"),
        ("where: {", "cause: {answers: {normal: [a]}, ", "cause.answers has an unknown field"),
        ("where:", "where: {questions: [a]}, where:", "'where' stands there twice, in line 4"),
        ("[a]", "[&x a, *x]", "aliases are not allowed here in line 3"),
        ("zh\n", "zh\ncorrections: {mist: [a]}\n", "corrections has an unknown field \"mist\""),
        ("zh\n", "zh\ncorrections:\n", "line 3: corrections must hold fields: wrong_class"),
        ("zh\n", "zh\nstages: []\n", "line 3: stages must be a list of at least one"),
        ("zh\n", "zh\nstages:\n- tags: a\n", "line 4: a stage has an unknown field \"tags\""),
        ("zh\n", "zh\nstages:\n- never: [a]\n", "line 4: a stage has no field 'tag'"),
        ("zh\n", "zh\nstages:\n- tag: a\n- tag: a\n", "line 5: there are two stages with the tag"),
        ("zh\n", "zh\nstages:\n- tag: a\n  never: []\n", "line 5: never must be a list"),
        ("zh\n", "zh\nstages:\n- tag: a\n  never: [[b]]\n", "line 5: a class must be a text"),
        ("zh\n", "zh\n[a]: b\n", "a text that begins with { or [ must be in quotes, in line 3"),
        ("name: beds", "name: beds: b", "mapping values are not allowed here in line 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(old, new, told):
    assert old in LEAST

    with pytest.raises(UserError) as caught:
        _read(LEAST.replace(old, new, 1))

    assert "The question set mine.yaml can't be used: " in caught.value.what
    assert told in caught.value.what


@given(
    place=st.integers(0, len(WHOLE)),
    left_out=st.integers(0, 30),
    put_in=st.sampled_from(
        ["", "\n", " ", "[", "{", "}", ": ", "- ", "&a ", "*a", "|", "\x00", "'"]
    ),
)
def test_whatever_is_broken_is_refused_in_words(place, left_out, put_in):
    try:
        found = _read(WHOLE[:place] + put_in + WHOLE[place + left_out :])
    except UserError:
        return
    assert isinstance(found, QuestionSet)


@pytest.mark.parametrize("text", ["", "[]", "a", "---\n---\n", "[" * 5000])
def test_what_is_no_question_set_is_told(text):
    with pytest.raises(UserError, match=r"mine\.yaml can't be used"):
        _read(text)


def test_an_unknown_field_is_told_with_those_that_there_are():
    with pytest.raises(UserError, match=r"there is prose, localisation, boxes, report, grounding"):
        _read(LEAST.replace("prose", "poem"))


def test_a_template_that_yaml_takes_for_fields_is_told_to_be_quoted():
    start, _, _ = LEAST.partition("sections")

    with pytest.raises(UserError, match=r"in quotes, in line 7"):
        _read(f"{start}sections:\n  where:\n    questions:\n    - {{{{ name }}}}\n")
