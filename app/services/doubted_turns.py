"""Which turns of a conversation nobody is to be trained on."""

from app.conversations.checks.checking import check_exchanges, may_repeat
from app.conversations.facts import ImageFacts, fingerprint
from app.conversations.writing.proving import Proof
from app.conversations.writing.stages import misplaced
from app.conversations.writing.staleness import is_stale
from app.conversations.writing.writer import Writer
from app.core.conversation import Exchange
from app.core.questions import QuestionSet
from app.services.questions import ships
from app.storage.conversations import StoredConversation

_WORTH_TRYING = 300
"""A set of the team's own is tried out, which takes a second or two, once so many images came."""


class Doubts:
    """Of conversations that a question set writes.

    What ships is tested, sentence by sentence; what people write, in turns or in sets of their own,
    is compared with the labels of each image. With the `writer` of a set of their own that is done
    for many images at once: what it can't have wrong on any isn't compared on each.
    """

    def __init__(self, questions: QuestionSet, writer: Writer | None = None) -> None:
        self._questions = questions
        self._trusts_set = ships(questions)
        self._writer = writer
        self._proof: Proof | None = None
        self._seen = 0

    def looks_at(self, turn: Exchange) -> bool:
        """Whether a turn that contradicts the labels is doubted; others are taken as they are."""
        return turn.author is not None or not self._trusts_set

    def places(self, stored: StoredConversation, facts: ImageFacts) -> frozenset[int]:
        """Of turns that are stale or contradict the labels, among those that are looked at; of all
        where the labels contradict the image's stage."""
        turns = stored.exchanges
        if misplaced(self._questions, facts.tags, facts.present):
            return frozenset(range(len(turns)))
        looked_at = [n for n, turn in enumerate(turns) if self.looks_at(turn)]
        if not looked_at or self._is_proven(stored, facts):
            return frozenset()
        stale = is_stale(stored.made_of, fingerprint(facts, stored.language))
        found = check_exchanges(turns, facts, stored.language)
        wrong = {finding.turn // 2 for finding in found}
        return frozenset(n for n in looked_at if n in wrong or (stale and turns[n].author))

    def _is_proven(self, stored: StoredConversation, facts: ImageFacts) -> bool:
        """Whether all of it is the writer's, of the labels as they are, and can't be wrong."""
        if self._writer is None or not _is_by(self._writer, stored, facts):
            return False
        self._seen += 1
        if self._seen < _WORTH_TRYING:
            return False
        if self._proof is None:
            self._proof = Proof(self._questions, facts.classes)
        turns = stored.exchanges
        return not may_repeat(turns) and self._proof.holds(facts, turns)


def _is_by(writer: Writer, stored: StoredConversation, facts: ImageFacts) -> bool:
    """Whether it is word for word what the writer writes now."""
    made = stored.questions, stored.seed, stored.made_with
    if made != (writer.questions.name, writer.seed, writer.made_with.of(facts)):
        return False
    if any(turn.author or turn.reworded_by for turn in stored.exchanges):
        return False
    return not is_stale(stored.made_of, fingerprint(facts, stored.language))
