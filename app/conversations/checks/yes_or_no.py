"""Whether an answer says that a class is there, in whichever language it is given."""

import re

from app.conversations.checks.claims import Claims
from app.conversations.checks.pairs import Labels, Pair, says_yes
from app.conversations.checks.reading import reader_of
from app.conversations.checks.understanding import claims_of
from app.conversations.facts import ImageFacts
from app.conversations.targets.answer_text import without_thoughts
from app.core.language import Language

_HANZI = re.compile(r"[㐀-鿿]")
_BEFORE = re.compile(
    r"^(?:[\W_]+|(?:(?:the|my|final)\s+)*answer\b(?:\s+is\b)?|a\s*[:：]|yes or no\b"
    r"|(?:答案|回答)是?)+",
    re.IGNORECASE,
)
"""Marks, what is only a heading, and the choice that was given."""

_VERDICT = re.compile(
    r"^([^.!?。！？]{0,40})[:：]\W*(?:(yes|有|是)|no|没有|无|否)\W*$", re.IGNORECASE
)  # "Streak: no"
_UNSURE = re.compile(
    r"(?:i(?:'m| am) )?(?:not (?:\w+ )?(?:sure|certain)|unsure|uncertain)\b"
    r"|i (?:can(?:not|'t)|am unable to|am not able to) (?:tell|say|determine|judge|decide)\b"
    r"|(?:it is |it's )?(?:hard|difficult|impossible) to (?:say|tell|determine|judge)\b"
    r"|我?(?:不确定|不太确定|无法(?:判断|确定|看清)|看不清|不好说|难以)",
    re.IGNORECASE,
)


def read_yes_or_no(
    question: str, answer: str, class_id: int, facts: ImageFacts, language: Language
) -> bool | None:
    """None where the answer doesn't tell.

    `question` is in `language`; models answer in the other one at times. Only the classes of
    `facts` are used: what the image shows has no say in how an answer is read.
    """
    spoken = _BEFORE.sub("", without_thoughts(answer)).replace("’", "'")
    if _UNSURE.match(spoken):
        return None
    said_in = _language_of(spoken, facts)
    reader = reader_of(facts.classes, said_in)
    verdict = _VERDICT.match(spoken)
    named = claims_of(verdict[1], reader).class_ids if verdict else frozenset()
    if verdict and named:
        return bool(verdict[2]) if named == {class_id} else None
    told = claims_of(spoken, reader)
    asked = claims_of(question, reader_of(facts.classes, language))
    pair = Pair(Labels(facts, said_in), Claims(), told, 0, frozenset({class_id}), "presence")
    there = says_yes(pair)
    if there is None:
        return False if told.calls(clean=True) else None
    is_about_normal = asked.asks == "normal"
    takes_question = told.opening is not None and told.opening.agrees
    return not there if is_about_normal and takes_question else there


def _language_of(answer: str, facts: ImageFacts) -> Language:
    """By its own words: class names may be those of the labels whatever the language."""
    own = reader_of(facts.classes, "en").without_names(answer)
    return "zh" if _HANZI.search(own) else "en"
