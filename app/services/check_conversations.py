"""Whether what conversations say agrees with the labels."""

from collections.abc import Iterator

from app.conversations.checks.checking import check_exchanges
from app.conversations.facts import ImageFacts, fingerprint
from app.conversations.writing.staleness import is_stale
from app.core.image import Image
from app.core.progress import OnProgress, Progress, ignore_progress
from app.services.check import Finding
from app.services.conversation_writing import conversations_with_facts
from app.storage.conversations import StoredConversation
from app.storage.project import Project

_HINT = "Edit that turn, or write it again. Exports leave it out."


def check_conversations(
    project: Project, *, on_progress: OnProgress = ignore_progress
) -> list[Finding]:
    """Each finding names image, turn and words. Changes nothing."""
    total = sum(count.written for count in project.conversations.counts().values())
    findings: list[Finding] = []
    for done, (stored, image, facts) in enumerate(conversations_with_facts(project), start=1):
        findings += _findings(stored, image, facts)
        on_progress(Progress(done, total, image.path))
    return findings


def _findings(stored: StoredConversation, image: Image, facts: ImageFacts) -> Iterator[Finding]:
    stale = is_stale(stored.made_of, fingerprint(facts, stored.language))
    for found in check_exchanges(stored.exchanges, facts, stored.language):
        exchange = stored.exchanges[found.turn // 2]
        if stale and exchange.author is None:
            continue  # written anew before anybody trains on it
        part = "answer" if found.turn % 2 else "question"
        approved = " (approved)" if stored.approved_by or image.label.state == "approved" else ""
        where = f"{stored.language}{approved}, {part} {found.turn // 2 + 1}"
        words = f" “{found.words}”" if found.words else ""
        what = f"{where}:{words} {found.what}"
        yield Finding("error", f"conversation_{found.kind}", what, _HINT, image.path)
