"""What writes a project's conversations, and when one is to be written anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.conversations.facts import ImageFacts, facts_of, fingerprint
from app.conversations.writing.absent import class_statistics
from app.conversations.writing.merging import merged
from app.conversations.writing.staleness import is_stale
from app.conversations.writing.writer import Writer
from app.core.batches import batches
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.language import Language
from app.services.questions import choose, chosen_name, chosen_seed, questions_for
from app.storage.conversations import StoredConversation
from app.storage.project import Project

_BATCH = 200

Writers = Mapping[Language, Writer]


def writers_for(project: Project, languages: Iterable[Language]) -> Writers:
    """The project's writer of each language, with the question set and seed that are set there.

    Takes a good part of a second: keep them while neither is changed. Raises UserError when the
    question set isn't there in one of the languages, or is no good.
    """
    seed = chosen_seed(project)
    statistics = class_statistics(project.annotations.classes_by_image().in_order())
    return {
        language: Writer(questions_for(project, language), seed, statistics)
        for language in languages
    }


def write_with(project: Project, *, questions: str | None = None, seed: int | None = None) -> None:
    """What the project's conversations are written with from now on; None leaves it.

    Raises UserError for a question set that there isn't, or a seed that can't be kept.
    """
    if questions is not None or seed is not None:
        choose(project, chosen_name(project) if questions is None else questions, seed=seed)


def facts_of_images(
    project: Project, images: Sequence[Image], classes: Sequence[LabelClass]
) -> dict[int, ImageFacts]:
    """By image id, read in one query: for batches."""
    classes = tuple(classes)  # one for all of them
    annotations = project.annotations.of_images(image.id for image in images)
    return {image.id: facts_of(image, annotations.get(image.id, ()), classes) for image in images}


def conversations_with_facts(
    project: Project,
) -> Iterator[tuple[StoredConversation, Image, ImageFacts]]:
    """All that are stored, with what there is to say of their images now."""
    classes = tuple(project.classes.all())
    for batch in batches(project.conversations.all(), _BATCH):
        images = {c.image_id: project.images.get(c.image_id) for c in batch}
        facts = facts_of_images(project, list(images.values()), classes)
        yield from ((c, images[c.image_id], facts[c.image_id]) for c in batch)


def renewed(
    stored: StoredConversation | None,
    image_id: int,
    facts: ImageFacts,
    writer: Writer,
    *,
    again: bool = False,
) -> StoredConversation:
    """The conversation as it is to be now; `stored` itself where that says it already.

    One that was approved or has turns by people stays stale until a person approves it: nobody
    else can tell whether what they wrote, or stood up for, is still right.
    """
    language, questions = writer.questions.language, writer.questions.name
    now, made_with = fingerprint(facts, language), writer.made_with.of(facts)
    if stored is None:
        exchanges = tuple(writer.exchanges(facts))
        return StoredConversation(
            image_id, language, now, questions, writer.seed, exchanges, made_with=made_with
        )
    stale = is_stale(stored.made_of, now)
    was_made = stored.questions, stored.seed, stored.made_with
    made_so = was_made == (questions, writer.seed, made_with) and not again
    if not stale and (made_so or stored.approved_by):
        return stored
    exchanges = tuple(merged(stored.exchanges, writer.exchanges(facts)))
    waits = stored.approved_by or any(exchange.author for exchange in exchanges)
    return replace(
        stored,
        made_of=stored.made_of if waits else now,
        questions=questions,
        seed=writer.seed,
        exchanges=exchanges,
        made_with=made_with,
    )
