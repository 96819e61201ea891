"""The texts of a reply are found in whatever a language model puts around them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.rewording.refusals import Refusal
from app.conversations.rewording.replies import read_reply
from app.conversations.rewording.text_rules import tidy
from app.conversations.targets.answer_text import without_thoughts

BOTH = ("question", "answer")
PLAIN = '{"question": "Is it worn?", "answer": "Yes, it is."}'
READ = ["Is it worn?", "Yes, it is."]


@pytest.mark.parametrize(
    "reply",
    [
        PLAIN,
        f"```json\n{PLAIN}\n```",
        f"Sure, here is the JSON you asked for:\n\n{PLAIN}\n\nLet me know if I can help!",
        f'<think>They want {{"question": "a", "answer": "b"}}.</think>{PLAIN}',
        f"The user wants other words. </think>\n{PLAIN}",
        f"<Thinking>\nhm\n</Thinking>{PLAIN} {{not json",
        '{"question": "The old one?", "answer": "The old one."} becomes ' + PLAIN,
        '{"result": ' + PLAIN + "}",
        '[{"Question": "Is it worn?", " ANSWER ": ["Yes, it is."]}]',
        '{"new_question": "Is it worn?", "new_answer": "Yes, it is.",}',
        "{“question”: “Is it worn?”, “answer”: “Yes, it is.”}",
        '{"改写后的问题": "Is it worn?", "改写后的回答": "Yes, it is."}',
        '{"question": "Is it worn?", "answer": "Yes, it is.", "notes": {"why": [1, 2]}}',
    ],
)
def test_the_texts_are_found(reply):
    assert read_reply(reply, BOTH) == READ


def test_line_breaks_inside_a_text_are_read():
    assert read_reply('{"answer": "Yes,\nit is."}', ["answer"]) == ["Yes,\nit is."]


@pytest.mark.parametrize(
    ("reply", "is_cut", "kind"),
    [
        ("", False, "empty"),
        ("<think>and on and on", True, "cut"),
        ("<think>and on and on", False, "empty"),
        ('{"question": "Is it worn?", "answer": "Yes, it', True, "cut"),
        ('{"question": "Is it worn?", "answer": "Yes, it', False, "no_json"),
        ("Is it worn? Yes, it is.", False, "no_json"),
        ('{"question": "Is it worn?"}', False, "no_json"),
        ('{"question": "Is it worn?", "answer": null}', False, "no_json"),
        ('{"question": "Is it worn?", "answer": ["Yes.", "It is."]}', False, "no_json"),
        ('{"old_answer": "a", "new_answer": "b", "question": "c"}', False, "no_json"),
        ("[" * 100_000, False, "no_json"),
        ('{"a":' * 3_000, False, "no_json"),
    ],
)
def test_what_is_no_answer_is_refused(reply, is_cut, kind):
    read = read_reply(reply, BOTH, is_cut=is_cut)
    assert isinstance(read, Refusal)
    assert read.kind == kind


@given(st.text(max_size=300))
def test_any_reply_is_read_or_refused(reply):
    read = read_reply(reply, BOTH)
    assert isinstance(read, Refusal) or len(read) == 2


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_was_written_as_json_is_read_back(question, answer):
    reply = json.dumps({"question": question, "answer": answer})
    assert read_reply(f"Here: {reply}", BOTH) == [question, answer]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("<think>a</think>b<reasoning>c</reasoning>d", "b d"),
        ("begun before</think> d", "d"),
        ("a<think>b</think>c</think>d", "d"),
        ("◁think▷a◁/think▷b <Thinking about=x>and on", "b"),
        ("<think>on and on", ""),
    ],
)
def test_thoughts_are_left_out(text, spoken):
    assert without_thoughts(text) == spoken


@pytest.mark.parametrize(
    ("language", "text", "tidied"),
    [
        ("en", '  "yes,\n it\u200b is."  ', "Yes, it is."),
        ("en", "Answer: no.", "No."),
        ("en", 'It is "worn".', 'It is "worn".'),
        ("en", "- one\n- two", "- one\n- two"),
        ("zh", "没有,这里 看不到褶皱.", "没有，这里看不到褶皱。"),
        ("zh", "答案：共 3 处灰渣:正常吗?", "共 3 处灰渣：正常吗？"),
        ("zh", "粒度约0.5毫米", "粒度约0.5毫米"),
    ],
)
def test_a_text_is_tidied(language, text, tidied):
    assert tidy(text, language) == tidied
