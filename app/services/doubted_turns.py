"""Which turns of a conversation nobody is to be trained on."""

from app.conversations.checks.checking import check_exchanges
from app.conversations.facts import ImageFacts, fingerprint
from app.conversations.writing.stages import misplaced
from app.conversations.writing.staleness import is_stale
from app.core.conversation import Exchange
from app.core.questions import QuestionSet
from app.services.questions import ships
from app.storage.conversations import StoredConversation


class Doubts:
    """Of conversations that a question set writes.

    What ships is tested, sentence by sentence; what people write, in turns or in sets of their own,
    is compared with the labels of each image.
    """

    def __init__(self, questions: QuestionSet) -> None:
        self._questions = questions
        self._trusts_set = ships(questions)

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
        if not looked_at:
            return frozenset()
        stale = is_stale(stored.made_of, fingerprint(facts, stored.language))
        found = check_exchanges(turns, facts, stored.language)
        wrong = {finding.turn // 2 for finding in found}
        return frozenset(n for n in looked_at if n in wrong or (stale and turns[n].author))
