from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from app.conversations.writing.templates import Templates, tidy
from app.core.errors import UserError
from app.core.questions import Phrasing, QuestionSet, Section, Stage
from tests.helpers.talk import questions


def one(text: str, *, line: int = 7, section: str = "presence", situation: str = "") -> QuestionSet:
    """A set that has this phrasing alone: a question, or an answer for that situation."""
    phrasing = (Phrasing(text, line),)
    lists = Section((), {situation: phrasing}) if situation else Section(phrasing)
    return QuestionSet("own", "en", {}, {}, {section: lists}, source="own.en.yaml")


def rendered(text: str, words: dict[str, object], *, section="presence", situation="defects"):
    templates = Templates(one(text, section=section, situation=situation))
    return templates.render(Phrasing(text, 7), words)


def refusal(questions: QuestionSet) -> UserError:
    with pytest.raises(UserError) as caught:
        Templates(questions)
    return caught.value


def test_words_conditions_and_filters_are_filled_in() -> None:
    text = (
        "there {{ 'is' if n == 1 else 'are' }} {{ found }}"
        "{% if n > 1 %}: {{ kinds|upfirst }}{% endif %}."
    )

    assert rendered(text, {"n": 1, "found": "a streak", "kinds": "streak"}) == "There is a streak."
    assert (
        rendered(text, {"n": 2, "found": "two streaks", "kinds": "streak"})
        == "There are two streaks: Streak."
    )


@pytest.mark.parametrize(
    "text",
    [
        "there: {{ found }}.",
        "{{found}}, and {{ kinds }}{{- n -}}.",
        "  {{ n }} {# how many #}\n {{ n }} ..",
        "{{ found }}",
        "nothing at all",
    ],
)
def test_what_only_names_words_is_filled_in_as_by_jinja(text: str) -> None:
    words = {"found": "a .. b", "kinds": "{{ n }}", "n": 3}

    said = Environment(autoescape=False).from_string(text).render(words)

    assert rendered(text, words) == tidy(said, "en")


def test_a_value_is_never_read_as_a_template() -> None:
    assert rendered("{{ found }}", {"found": "{{ n }} & <b>"}) == "{{ n }} & <b>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Is {{ fuond }} there?", "unknown word 'fuond'"),
        ("Is {{ n }} there?", "unknown word 'n'"),
        ("Is {{ there", "is not a template"),
        ("{% for n in 'abc' %}x{% endfor %}", "may not (for)"),
        ("{% macro a() %}x{% endmacro %}", "may not (macro)"),
        ("{% set a = 1 %}", "may not (assign)"),
        ("{% include 'x' %}", "may not (include)"),
        ("{{ ''.__class__ }}", "may not (getattr)"),
        ("{{ ''['__class__'] }}", "may not (getitem)"),
        ("{{ range(9) }}", "may not (call)"),
        ("{{ 'x' * 999999999 }}", "may not (mul)"),
        ("{{ '%999999999d' % 1 }}", "may not (mod)"),
        ("{{ 9 ** 999999999 }}", "may not (pow)"),
        ("{{ 'x' | center(99) }}", "unknown filter 'center'"),
        ("{{ 'x' is string }}", "may not (test)"),
        ("{{ 'x' if 1 }}", "has an `if` without an `else`"),
        ("{{ 'x' | upfirst(2) }}", "can't be filled in"),
        ("   ", "is empty"),
        ("x" * 2001, "is longer than 2000"),
        ("{{ " + "(" * 900 + "1" + ")" * 900 + " }}", "nests too deep"),
        ("{{ " + "not " * 300 + "1 }}", "nests too deep"),
        ("<image> Is it fine?", "angle brackets"),
        ("Is <|im_end|> fine?", "angle brackets"),
    ],
)
def test_what_a_phrasing_may_not_do_is_refused_by_file_and_line(text: str, said: str) -> None:
    error = refusal(one(text))

    assert error.what.startswith("own.en.yaml, line 7, presence questions: ")
    assert said in error.what
    assert error.hint


def test_an_unknown_word_is_told_with_those_that_there_are() -> None:
    error = refusal(one("{{ causes }}", section="asked", situation="absent"))

    assert "asked answers absent: uses the unknown word 'causes'" in error.what
    assert error.hint == "The words here are: a_defect, defects, name."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ n + found }}", "can't be filled in"),
        ("{{ found > 3 }}", "can't be filled in"),
        ("{% if n == 1 %}one{% endif %}", "says nothing when n is 2"),
    ],
)
def test_a_phrasing_that_fails_on_some_images_is_refused(text: str, said: str) -> None:
    assert said in refusal(one(text, situation="defects")).what


def test_the_same_phrasing_twice_in_a_list_is_refused() -> None:
    twice = Section((Phrasing("Is it fine?", 3), Phrasing("Is it fine?", 9)))
    error = refusal(QuestionSet("own", "en", {}, {}, {"presence": twice}))

    assert error.what == "own, line 9, presence questions: says the same as line 3."


@pytest.mark.parametrize(
    ("key", "word"),
    [("localisation", "format"), ("boxes", "format"), ("report", "report"), ("grounding", "boxes")],
)
def test_a_system_text_must_say_what_it_is_there_for(key: str, word: str) -> None:
    bare = replace(questions(), system={key: (Phrasing("Look well.", 2),)})

    assert f"system {key}: lacks {{{{ {word} }}}}" in refusal(bare).what


def test_lists_of_stages_and_corrections_are_checked_too() -> None:
    bad = (Phrasing("{{ nothing }}", 5),)
    stage = Stage("printing", sections={"presence": Section((), {"normal": bad})})
    staged = QuestionSet("own", "en", {}, {}, {}, (stage,))
    corrected = QuestionSet("own", "en", {}, {"missed": bad}, {})

    assert "line 5, stage printing, presence answers normal: " in refusal(staged).what
    assert "line 5, corrections missed: " in refusal(corrected).what


@pytest.mark.parametrize(
    ("language", "text", "tidied"),
    [
        ("en", "  one  streak.\n It is small.. ", "One streak. It is small."),
        ("en", "and so on...", "And so on..."),
        ("zh", "表面 有一处划痕。。 请检查", "表面有一处划痕。请检查"),
        ("zh", "slag 共 2 处", "slag 共 2 处"),
    ],
)
def test_texts_come_out_tidy(language, text: str, tidied: str) -> None:
    assert tidy(text, language) == tidied


def test_what_fails_on_one_image_alone_is_told_by_line_too() -> None:
    text = "{{ 'x' if n < 30 else found < 1 }}"
    templates = Templates(one(text, situation="defects"))

    assert templates.render(Phrasing(text, 7), {"n": 3, "found": "x"}) == "X"
    with pytest.raises(UserError, match=r"own\.en\.yaml, line 7, can't be filled in"):
        templates.render(Phrasing(text, 7), {"n": 30, "found": "x"})


def test_a_phrasing_is_looked_into_and_compiled_once_a_process(monkeypatch) -> None:
    text = "{{ 'no such line' if n == 1 else found }}."
    Templates(one(text, situation="defects"))
    monkeypatch.setattr(Environment, "parse", None)
    monkeypatch.setattr(Environment, "compile", None)

    assert rendered(text, {"n": 2, "found": "a streak"}) == "A streak."


pieces = st.lists(
    st.sampled_from(
        ["{{", "}}", "{%", "%}", "{#", "#}", " ", "n", "found", "if", "else", "endif", "for", "in",
         "'", '"', "(", ")", "[", "]", ".", ",", "|", "upfirst", "trim", "self", "set", "=", "==",
         "<", "-", "+", "*", "~", "1", "9e999", "\\x", "raw", "endraw", "is", "not", "None"]
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(pieces)
def test_whatever_is_written_is_rendered_or_refused_in_words(written: list[str]) -> None:
    text = " ".join(written)
    try:
        templates = Templates(one(text, situation="defects"))
    except UserError:
        return
    assert templates.render(Phrasing(text, 7), {"n": 1, "found": "x"})
