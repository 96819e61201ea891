"""Whether what a language model wrote may stand in the place of a turn."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.conversations.checks.checking import check_exchanges
from app.conversations.checks.findings import Finding
from app.conversations.rewording.meaning_rules import meaning_refusals
from app.conversations.rewording.refusals import Refusal
from app.conversations.rewording.replies import read_reply
from app.conversations.rewording.text_rules import text_refusals, tidy
from app.conversations.rewording.turns import How, Turn
from app.core.chat import ChatReply
from app.core.conversation import Exchange
from app.core.language import Language

_ENDS = tuple('.!?。！？…”"）)')
_STOP = {"en": ".", "zh": "。"}


def worded(turn: Turn, how: How, reply: ChatReply, model: str) -> Exchange | Refusal:
    """The exchange in the words of `reply`, said to be `model`'s, or what speaks against it."""
    wanted = ("question", "answer") if how == "rephrase" else ("answer",)
    read = read_reply(reply.text, wanted, is_cut=reply.is_cut)
    if isinstance(read, Refusal):
        return read
    texts = dict(zip(wanted, (tidy(text, turn.language) for text in read), strict=True))
    old = turn.exchange
    question = texts.get("question", old.question)
    answer = _ended(texts["answer"], old.answer, turn.language)
    new = replace(old, question=question, answer=answer, reworded_by=model)
    return next(_refusals(new, turn, how), None) or new


def disagreement(turn: Turn, new: Exchange) -> Refusal | None:
    """What the checker of the whole conversation finds with `new` in it that it didn't before."""
    before = Counter(map(_about, _findings(turn)))
    for finding in _findings(turn.with_exchange(new)):
        before[_about(finding)] -= 1
        if before[_about(finding)] < 0:
            return Refusal("finding", finding.what, finding.words, finding)
    return None


def _refusals(new: Exchange, turn: Turn, how: How) -> Iterator[Refusal]:
    old = turn.exchange
    if how == "rephrase":
        yield from text_refusals(new.question, old.question, turn)
    yield from text_refusals(new.answer, old.answer, turn)
    if _folded(new) == _folded(old):
        yield Refusal("unchanged", "it is the same as before")
    # What the checker finds is told first: its words are the plainest.
    if found := disagreement(turn, new):
        yield found
    yield from meaning_refusals(new, turn, how)


def _findings(turn: Turn) -> Sequence[Finding]:
    return check_exchanges(turn.exchanges, turn.facts, turn.language)


def _about(finding: Finding) -> tuple[int, str]:
    return finding.turn, finding.kind


def _folded(exchange: Exchange) -> tuple[str, str]:
    question, answer = (re.sub(r"\W+", "", t.lower()) for t in (exchange.question, exchange.answer))
    return question, answer


def _ended(answer: str, old: str, language: Language) -> str:
    """With a full stop, where the answer before had one and this has forgotten it."""
    is_open = answer and old.endswith(_ENDS) and not answer.endswith(_ENDS)
    return answer + _STOP[language] if is_open else answer
