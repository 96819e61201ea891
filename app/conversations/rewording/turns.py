"""Which turns of a conversation a language model may word, and what it is given of them."""

from dataclasses import dataclass, replace
from typing import Literal

from app.conversations.checks.claims import Claims
from app.conversations.checks.folding import lowercase, plain
from app.conversations.checks.pairs import Labels, Pair
from app.conversations.checks.reading import Lexeme
from app.conversations.checks.understanding import claims_of
from app.conversations.facts import ImageFacts
from app.core.conversation import BOXES, Exchange, Kind
from app.core.language import Language

How = Literal["rephrase", "draft"]
"""Question and answer in other words, or the answer anew from what there is to say."""

PROSE_KINDS: tuple[Kind, ...] = ("presence", "identification", "cause", "remedy")
"""What is asked where is answered with boxes or their places: that stays as it is."""


def is_prose(exchange: Exchange) -> bool:
    """Whether a model may word it: nothing that a target fills with boxes, and nobody's own."""
    has_boxes = any(BOXES.search(text) for text in (exchange.question, exchange.answer))
    return (
        exchange.kind in PROSE_KINDS
        and bool(exchange.section)
        and exchange.author is None
        and not has_boxes
    )


@dataclass(frozen=True)
class Turn:
    """The exchange at `place` of a conversation, with what there is to say of its image."""

    facts: ImageFacts
    language: Language
    exchanges: tuple[Exchange, ...]
    place: int

    @property
    def exchange(self) -> Exchange:
        return self.exchanges[self.place]

    @property
    def labels(self) -> Labels:
        return Labels(self.facts, self.language)

    def with_exchange(self, exchange: Exchange) -> "Turn":
        changed = (*self.exchanges[: self.place], exchange, *self.exchanges[self.place + 1 :])
        return replace(self, exchanges=changed)

    def claims(self, text: str) -> Claims:
        return claims_of(text, self.labels.reader)

    def pair(self, exchange: Exchange) -> Pair:
        about = frozenset() if exchange.class_id is None else frozenset({exchange.class_id})
        question, answer = self.claims(exchange.question), self.claims(exchange.answer)
        return Pair(self.labels, question, answer, 0, about, exchange.kind)

    def sentences(self, text: str) -> list[list[Lexeme]]:
        """Of the text as `plain` gives it, which their characters count in."""
        return self.labels.reader.sentences(plain(text))

    def known(self, text: str) -> list[str]:
        """What stands in the text of what is known of any class, in lower case, in order."""
        lowered = lowercase(plain(text))
        found = (x for sentence in self.sentences(text) for x in sentence if x.meaning.known)
        return [lowered[x.start : x.end] for x in found]
