"""What servers send, read as an answer or refused in words; never anything else."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chat import ChatReply
from backends.chat.reading import NoAnswerError, listed, message_of, read_models, read_reply

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
fields = [
    "choices",
    "message",
    "content",
    "finish_reason",
    "usage",
    "prompt_tokens",
    "error",
    "data",
]
near_misses = st.recursive(
    anything,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(fields), inner),
    max_leaves=12,
)


def sent(content, **more):
    choice = {"message": {"role": "assistant", "content": content}} | more
    return json.dumps({"model": "m", "choices": [choice]}).encode()


@given(near_misses.map(lambda value: json.dumps(value).encode()) | st.binary())
def test_whatever_comes_is_an_answer_or_none(content):
    try:
        reply = read_reply(content, "asked")
    except NoAnswerError:
        pass
    else:
        assert reply.text.strip() == reply.text != ""
    with suppress(NoAnswerError):
        assert all(isinstance(name, str) for name in read_models(content))
    assert isinstance(message_of(content), str)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (" yes\n", "yes"),
        ("<think>hm</think>yes", "yes"),
        ("\n<think>\nhm\n</think>\n\nyes", "yes"),
        ("hm, so it is</think>yes", "yes"),
        ([{"type": "text", "text": "y"}, {"type": "text", "text": "es"}], "yes"),
        ("<thinking> is what I do", "<thinking> is what I do"),
        ("half \ud83d of one", "half ? of one"),
        ("\ud83d\ude00", "\N{GRINNING FACE}"),
    ],
)
def test_what_of_it_is_said(content, text):
    assert read_reply(sent(content), "asked") == ChatReply(text, "m")


@pytest.mark.parametrize("content", ["", "  ", None, 5, [], "<think>hm", "<think>hm</think>"])
def test_what_says_nothing(content):
    with pytest.raises(NoAnswerError, match="answered with no words"):
        read_reply(sent(content), "asked")
    with pytest.raises(NoAnswerError, match="used up its tokens"):
        read_reply(sent(content, finish_reason="length"), "asked")


@pytest.mark.parametrize(
    "told",
    [
        {"error": {"message": "too  long\n"}},
        {"error": "too long"},
        {"message": "too long", "object": "error"},
        {"detail": "too long"},
    ],
)
def test_a_refusal_is_found_where_servers_put_it(told):
    assert message_of(json.dumps(told).encode()) == "too long"
    with pytest.raises(NoAnswerError, match="says: too long"):
        read_reply(json.dumps(told).encode(), "asked")


def test_very_many_models_are_not_all_listed():
    assert listed(["a", "b"]) == "a, b"
    assert listed([str(number) for number in range(100)]).endswith("11 and 88 more")
