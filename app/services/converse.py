"""Conversations kept in step with the labels they speak of, and as people edited and approved them.

A person sees a `Conversation` and changes that: what somebody else has written in the meantime is
never written over. Each change returns it as it is then.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.conversations.checks.checking import Finding, check_exchanges
from app.conversations.facts import ImageFacts, facts_of, fingerprint
from app.conversations.rewording.judging import disagreement
from app.conversations.rewording.turns import Turn
from app.conversations.writing.stages import Misplaced
from app.conversations.writing.staleness import Change, changes
from app.conversations.writing.wording import lacking_knowledge
from app.conversations.writing.writer import Writer
from app.core.batches import batches
from app.core.conversation import Exchange, Kind
from app.core.errors import UserError
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.language import Language
from app.core.progress import OnProgress, Progress, ignore_progress
from app.services.conversation_writing import Writers, facts_of_images, renewed
from app.services.own_view import OwnView
from app.services.selection import said_normal
from app.services.spoken_names import name_notes
from app.storage.conversations import ConversationTable, StoredConversation
from app.storage.edit_log import now
from app.storage.project import Project
from app.storage.second import SecondConversations

_BATCH = 200


@dataclass(frozen=True, slots=True)
class ConverseReport:
    """Of each image and language: `written` anew, `kept` as they were. `notes` are for people."""

    written: int
    kept: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One image's conversation in one language, with what is known against it.

    `changes` of the labels since its turns were written: it is stale while there are any.
    Labels that never occur at the image's stage are `misplaced`: then nothing is written.
    `second_of` is who labels the image a second time: then it speaks of what they drew.
    """

    image: Image
    facts: ImageFacts
    stored: StoredConversation
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    misplaced: tuple[Misplaced, ...] = ()
    second_of: str | None = None


def write_conversations(
    project: Project,
    images: Sequence[Image],
    writers: Writers,
    *,
    again: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> ConverseReport:
    """Writes the conversation of each image in each language of `writers` where there is none,
    where it is stale, or where it was made with other phrasings, knowledge or seed than theirs.

    What people edited or added stays. So does an approved conversation that isn't stale; with
    `again` all others are written anew. Saved in batches: stopped, it goes on from there.
    """
    classes = tuple(project.classes.all())
    written = done = 0
    for batch in batches(images, _BATCH):
        with project.transaction():
            known = facts_of_images(project, batch, classes)
            for writer in writers.values():
                fresh = list(_fresh(project, known, writer, again=again))
                project.conversations.put(*fresh)
                written += len(fresh)
        done += len(batch)
        on_progress(Progress(done, len(images), batch[-1].path))
    notes = tuple(_notes(project, writers))
    return ConverseReport(written, len(images) * len(writers) - written, notes)


def conversation_of(
    project: Project,
    image: Image,
    language: Language,
    writers: Writers,
    *,
    person: str | None = None,
) -> Conversation:
    """As it stands with the labels as they are now; written where there is none, or a stale one.

    With `person` it is the conversation as they see it; see `OwnView`. Raises UserError for an
    image without boxes that no person called normal.
    """
    is_second = person is not None and project.second.get(image.id, person) is not None
    second_of = person if is_second else None
    facts, was, stored = _renewed(project, image, writers[language], second_of)
    if stored != was:
        with project.transaction():
            # Looked at without the lock, which a model's batch may hold; so once more with it.
            facts, was, stored = _renewed(project, image, writers[language], second_of)
            if stored != was:
                _kept(project, second_of).put(stored)
    return _looked_at(image, facts, stored, writers[language].misplaced(facts), second_of)


def edit_exchange(
    project: Project, seen: Conversation, index: int, *, question: str, answer: str, person: str
) -> Conversation:
    """Other words for one turn, which is `person`'s from then on."""
    edited = replace(seen.stored.exchanges[index], question=question, answer=answer, author=person)
    return _changed(project, seen, _with(seen, index, edited))


def take_words(
    project: Project, seen: Conversation, index: int, *, before: Exchange, after: Exchange
) -> Conversation:
    """`after`, as a language model has worded it, in the place of the turn `before`.

    Raises UserError when that is another one by now, somebody stands up for the conversation, or
    it no longer fits what the others say.
    """
    stored = seen.stored
    if stored.exchanges[index : index + 1] != (before,) or stored.approved_by:
        raise UserError(
            "A turn was changed, or its conversation approved, while a model looked for words.",
            hint="It stays as it is now.",
        )
    turn = Turn(seen.facts, stored.language, stored.exchanges, index)
    if refusal := disagreement(turn, after):
        raise UserError(
            f"A turn could not be worded anew: {refusal.what}.", hint="It stays as it was."
        )
    return _changed(project, seen, _with(seen, index, after))


def add_exchange(
    project: Project,
    seen: Conversation,
    *,
    kind: Kind,
    question: str,
    answer: str,
    person: str,
    class_id: int | None = None,
) -> Conversation:
    """One turn more, at the end."""
    added = Exchange(kind, "", class_id, question, answer, author=person)
    return _changed(project, seen, (*seen.stored.exchanges, added))


def remove_exchange(project: Project, seen: Conversation, index: int) -> Conversation:
    """Out of the conversation. One that nobody touched comes back when the rest is written anew."""
    kept = seen.stored.exchanges
    return _changed(project, seen, (*kept[:index], *kept[index + 1 :]))


def ask_again(project: Project, seen: Conversation, index: int, writers: Writers) -> Conversation:
    """The same topic in other words, and nobody's own any more.

    Raises UserError for a turn that a person added: there is nothing to write it from.
    """
    writer = writers[seen.stored.language]
    fresh = writer.again(seen.facts, seen.stored.exchanges[index])
    return _changed(project, seen, _with(seen, index, fresh))


def write_again(project: Project, seen: Conversation, writers: Writers) -> Conversation:
    """All turns that nobody touched in other words."""
    writer = writers[seen.stored.language]
    fresh = (e if e.author else writer.again(seen.facts, e) for e in seen.stored.exchanges)
    return _changed(project, seen, tuple(fresh))


def approve(project: Project, seen: Conversation, *, person: str) -> Conversation:
    """A person says that all of it is right for the labels as they are: it is no longer stale."""
    made_of = fingerprint(seen.facts, seen.stored.language)
    approved = replace(seen.stored, made_of=made_of, approved_by=person, approved_at=now())
    return _saved(project, seen, approved)


def _fresh(
    project: Project, known: Mapping[int, ImageFacts], writer: Writer, *, again: bool
) -> Iterator[StoredConversation]:
    """Those conversations that are otherwise than they were."""
    stored = project.conversations.of_images(known, writer.questions.language)
    for image_id, facts in known.items():
        was = stored.get(image_id)
        now = renewed(was, image_id, facts, writer, again=again)
        if now is not was and now != was:
            yield now


def _kept(project: Project, second_of: str | None) -> ConversationTable | SecondConversations:
    if second_of is None:
        return project.conversations
    return project.second.conversations_of(second_of)


def _renewed(
    project: Project, image: Image, writer: Writer, second_of: str | None
) -> tuple[ImageFacts, StoredConversation | None, StoredConversation]:
    """What there is to say of the image, its conversation as it stands, and as it is to be."""
    facts = _facts(project, image, second_of)
    if not facts.things and not said_normal(image):
        raise UserError(
            f"There is nothing to say of {image.path}: no box, and nobody called it normal.",
            hint="Label it first.",
        )
    was = _kept(project, second_of).of_image(image.id, writer.questions.language)
    return facts, was, renewed(was, image.id, facts, writer)


def _notes(project: Project, languages: Collection[Language]) -> Iterator[str]:
    drawn = [count.label_class for count in project.classes.counts() if count.boxes]
    for language in languages:
        alike: dict[tuple[str, ...], list[str]] = {}
        for name, words in lacking_knowledge(drawn, language).items():
            alike.setdefault(words, []).append(name)
        for topics, names in alike.items():
            yield (
                f"Not asked about in {language}, since the classes have no words for it:"
                f" {', '.join(topics)} of {', '.join(names)}."
            )
    yield from name_notes(project, languages)


def _facts(project: Project, image: Image, second_of: str | None) -> ImageFacts:
    classes: Sequence[LabelClass] = project.classes.all()
    if second_of is not None:
        view = OwnView(project, second_of)
        return facts_of(view.image(image.id), view.labels_of(image.id)[1], classes)
    return facts_of_images(project, [project.images.get(image.id)], classes)[image.id]


def _looked_at(
    image: Image,
    facts: ImageFacts,
    stored: StoredConversation,
    misplaced: tuple[Misplaced, ...],
    second_of: str | None,
) -> Conversation:
    language = stored.language
    since = changes(stored.made_of, fingerprint(facts, language), facts, language)
    findings = check_exchanges(stored.exchanges, facts, language)
    return Conversation(image, facts, stored, tuple(since), tuple(findings), misplaced, second_of)


def _with(seen: Conversation, index: int, exchange: Exchange) -> tuple[Exchange, ...]:
    kept = seen.stored.exchanges
    return (*kept[:index], exchange, *kept[index + 1 :])


def _changed(project: Project, seen: Conversation, exchanges: tuple[Exchange, ...]) -> Conversation:
    """Saved and open again. It stays stale while turns by people are left that it was stale for."""
    stored, before = seen.stored, set(seen.stored.exchanges)
    waiting = any(exchange.author and exchange in before for exchange in exchanges)
    made_of = stored.made_of if waiting else fingerprint(seen.facts, stored.language)
    open_again = replace(
        stored, exchanges=exchanges, made_of=made_of, approved_by=None, approved_at=None
    )
    return _saved(project, seen, open_again)


def _saved(project: Project, seen: Conversation, after: StoredConversation) -> Conversation:
    language = seen.stored.language
    with project.transaction():
        facts = _facts(project, seen.image, seen.second_of)
        kept = _kept(project, seen.second_of)
        stands = kept.of_image(seen.image.id, language)
        if stands != seen.stored or facts != seen.facts:
            raise UserError(
                "The labels or the conversation were changed in the meantime.",
                hint="Look at it again, then repeat your change. Nothing of it was saved.",
            )
        kept.put(after)
    return _looked_at(seen.image, seen.facts, after, seen.misplaced, seen.second_of)
