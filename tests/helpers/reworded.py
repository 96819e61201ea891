"""What a language model may send back when it is asked for other words, well and badly.

The functions are given the JSON of a request by the server of `tests.helpers.chat_server`, in its
own process.
"""

import json
import re

from tests.helpers.chat_server import text_of

_ENDS = {"en": " That is what there is to say.", "zh": "情况就是这样。"}
_TURN = re.compile(
    r"^(?:Question: |问题：)(?P<question>.+)\n"
    r"(?:Answer: |答案：|The answer as it stands: |现有的答案：)(?P<answer>.+)",
    re.MULTILINE,
)


def turn_of(body):
    """The question and answer that are to be worded, and their language."""
    asked = text_of(body["messages"][1])
    found = _TURN.search(asked)
    return found["question"], found["answer"], "en" if "Question: " in asked else "zh"


def is_second(body):
    return len(body["messages"]) > 2


def words(question, answer):
    return json.dumps({"question": question, "answer": answer}, ensure_ascii=False)


def well(body):
    question, answer, language = turn_of(body)
    return words(question, answer + _ENDS[language])


def with_fuss(body):
    """As models do that think aloud and can't do without a greeting."""
    _, answer, _ = turn_of(body)
    thought = f'<think>The answer {{"answer": "{answer}"}} could be longer.</think>\n'
    return f"{thought}Sure! Here it is:\n```json\n{well(body)}\n```\nLet me know if it fits."


def well_when_told(body):
    """At first an answer that says what the labels don't."""
    question, _, language = turn_of(body)
    wrong = {"en": "There are nine pieces of slag.", "zh": "图中有九处灰渣。"}[language]
    return well(body) if is_second(body) else words(question, wrong)


def stubborn(body):
    question, answer, _ = turn_of(body)
    return words(question, f"**{answer}**")


def talkative(body):
    return "I'd be happy to help you with that!"
