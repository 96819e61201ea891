"""What a language model is sent for a turn: what is certain, what must stay, and the turn."""

from collections.abc import Iterator, Sequence

from app.conversations.facts import Thing
from app.conversations.lexicon import Lexicon
from app.conversations.rewording.instructions import INSTRUCTIONS, Instructions
from app.conversations.rewording.refusals import Refusal
from app.conversations.rewording.turns import How, Turn
from app.core.chat import ChatMessage, ChatReply, Picture

MOST_TOKENS = 2048
"""Of a reply: models that think aloud need most of it for that."""

_MOST_GROUPS = 30
"""More things than anybody tells of one photo; then their counts have to do."""


def first_request(turn: Turn, how: How, pictures: Sequence[Picture] = ()) -> list[ChatMessage]:
    """Nothing in it comes from other turns, so that the same turn is asked for the same again."""
    instructions = INSTRUCTIONS[turn.language]
    told = "\n".join(_lines(turn, how, instructions))
    return [
        ChatMessage("system", instructions.system[how]),
        ChatMessage("user", told, tuple(pictures)),
    ]


def second_request(
    first: Sequence[ChatMessage], reply: ChatReply, refusal: Refusal, turn: Turn
) -> list[ChatMessage]:
    """The same once more, with what spoke against the first reply."""
    once_more = INSTRUCTIONS[turn.language].once_more.format(what=refusal.what)
    said = ChatMessage("assistant", reply.text)
    return [*first, said, ChatMessage("user", once_more)]


def _lines(turn: Turn, how: How, instructions: Instructions) -> Iterator[str]:
    facts, lexicon = turn.facts, turn.labels.lexicon
    if facts.things:
        yield instructions.things.format(things=_told(turn, lexicon, how))
    else:
        yield instructions.nothing
    absent = [lexicon.name(c) for c in facts.absent]
    if absent and facts.things:
        yield instructions.absent.format(names=lexicon.and_(absent))
    if kept := _kept(turn):
        yield instructions.keep.format(phrases="; ".join(f'"{words}"' for words in kept))
    yield ""
    yield instructions.question.format(text=turn.exchange.question)
    answer = instructions.answer if how == "rephrase" else instructions.answer_before
    yield answer.format(text=turn.exchange.answer)


def _kept(turn: Turn) -> list[str]:
    return list(dict.fromkeys(turn.known(turn.exchange.answer)))


def _told(turn: Turn, lexicon: Lexicon, how: How) -> str:
    """ "two streaks in the top left and one wrinkle at the bottom"; drafts are told sizes, too."""
    facts = turn.facts
    if how == "draft":
        groups: dict[tuple[int, str, str], list[Thing]] = {}
        for thing in facts.things:
            key = thing.label_class.id, thing.place, thing.extent
            groups.setdefault(key, []).append(thing)
        if len(groups) <= _MOST_GROUPS:
            return lexicon.then([_sized(lexicon, things) for things in groups.values()])
    if len({(t.label_class.id, t.place) for t in facts.things}) <= _MOST_GROUPS:
        return lexicon.located(facts.things)
    total = len(facts.things)
    counts = [(c, len(facts.of_class(c.id))) for c in facts.present]
    return lexicon.and_([lexicon.counted(c, n, total) for c, n in counts])


def _sized(lexicon: Lexicon, things: Sequence[Thing]) -> str:
    """ "two streaks in the top left (small)" """
    size = lexicon.extents[things[0].extent][0]
    return f"{lexicon.located(things)} ({size})"
