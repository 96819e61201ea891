"""Whether what conversations say agrees with the labels."""

from collections.abc import Iterator, Sequence

from app.conversations.checks.checking import check_exchanges
from app.conversations.facts import ImageFacts, fingerprint
from app.conversations.writing.staleness import is_stale
from app.core.image import Image
from app.core.language import LANGUAGES, Language
from app.core.progress import OnProgress, Progress, ignore_progress
from app.services.check import Finding
from app.services.conversation_writing import conversations_with_facts
from app.services.doubted_turns import Doubts
from app.services.questions import chosen_name, list_questions, questions_for
from app.services.spoken_names import how_to_name, unspoken_names, what_is_wrong
from app.storage.conversations import StoredConversation
from app.storage.project import Project

_HINT = "Edit that turn, or write it again. {exports}"
_LEAVE_OUT = "Exports leave it out."
_TAKE = "Exports take it as it stands, since its question set ships."


def check_conversations(
    project: Project, *, on_progress: OnProgress = ignore_progress
) -> list[Finding]:
    """Each finding names image, turn and words. Changes nothing."""
    counts = project.conversations.counts()
    total = sum(count.written for count in counts.values())
    findings = list(_names(project, [each for each in LANGUAGES if counts[each].written]))
    doubts = {language: _doubts(project, language) for language in LANGUAGES}
    for done, (stored, image, facts) in enumerate(conversations_with_facts(project), start=1):
        findings += _findings(stored, image, facts, doubts[stored.language])
        on_progress(Progress(done, total, image.path))
    return findings


def _names(project: Project, languages: Sequence[Language]) -> Iterator[Finding]:
    for fault in unspoken_names(project, languages):
        what = f"class {fault.label_class.name!r}: {what_is_wrong(fault)}"
        yield Finding("warning", "class_name", what, how_to_name(fault.language))


def _doubts(project: Project, language: Language) -> Doubts | None:
    """None where the project's question set isn't there in that language."""
    name = chosen_name(project)
    if all((each.name, each.language) != (name, language) for each in list_questions(project)):
        return None
    return Doubts(questions_for(project, language, name))


def _findings(
    stored: StoredConversation, image: Image, facts: ImageFacts, doubts: Doubts | None
) -> Iterator[Finding]:
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
        is_left_out = doubts is None or doubts.looks_at(exchange)
        hint = _HINT.format(exports=_LEAVE_OUT if is_left_out else _TAKE)
        yield Finding("error", f"conversation_{found.kind}", what, hint, image.path)
