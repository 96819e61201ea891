"""Which turns of a project's conversations a language model is to be asked about."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.conversations.facts import ImageFacts, fingerprint
from app.conversations.rewording.turns import PROSE_KINDS, How, Turn, is_prose
from app.conversations.writing.choosing import Choice
from app.conversations.writing.staleness import is_stale
from app.conversations.writing.writer import Writer
from app.core.batches import batches
from app.core.conversation import Exchange, Kind
from app.core.image import Image
from app.services.conversation_writing import Writers, facts_of_images, renewed
from app.storage.conversations import StoredConversation
from app.storage.project import Project

_BATCH = 100


@dataclass(frozen=True, slots=True)
class RewordOptions:
    """`share` of the turns of `kinds`, on at most so many `images`, both chosen by content: more of
    either later is these and others. `again` words turns anew that a model has worded before, each
    from another phrasing.

    Raises ValueError for a share or number that can't be, or a kind that isn't prose.
    """

    how: How = "rephrase"
    kinds: tuple[Kind, ...] = PROSE_KINDS
    share: float = 1.0
    images: int | None = None
    again: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share must be from 0 to 1, not {self.share:g}")
        if self.images is not None and self.images < 1:
            raise ValueError(f"images must be 1 or more, not {self.images}")
        if not self.kinds or not set(self.kinds) <= set(PROSE_KINDS):
            raise ValueError(f"kinds must be some of {PROSE_KINDS}, not {self.kinds}")


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to ask: `turns` of so many `images` by kind, and the first of them."""

    images: int
    turns: Counter[Kind]
    first: Turn | None

    @property
    def total(self) -> int:
        return sum(self.turns.values())


@dataclass
class Talk:
    """A conversation as it was stored (None: not yet), as it is without and with other words.

    `exchanges` are those that are worded from; `left` turns have not come back yet.
    """

    image: Image
    facts: ImageFacts
    was: StoredConversation | None
    now: StoredConversation
    exchanges: tuple[Exchange, ...]
    places: tuple[int, ...]
    left: int
    new: dict[int, Exchange] = field(default_factory=dict)

    def turn(self, place: int) -> Turn:
        return Turn(self.facts, self.now.language, self.exchanges, place)

    @property
    def worded(self) -> tuple[Exchange, ...]:
        return tuple(self.new.get(i, e) for i, e in enumerate(self.now.exchanges))


def plan_rewording(
    project: Project, images: Sequence[Image], writers: Writers, options: RewordOptions
) -> Plan:
    """What `reword` would ask. Nothing is sent or saved."""
    kinds: Counter[Kind] = Counter()
    reached: set[int] = set()
    first: Turn | None = None
    for talk in talks(project, images, writers, options):
        kinds.update(talk.exchanges[place].kind for place in talk.places)
        reached.add(talk.image.id)
        first = first or talk.turn(talk.places[0])
    return Plan(len(reached), kinds, first)


def talks(
    project: Project, images: Sequence[Image], writers: Writers, options: RewordOptions
) -> Iterator[Talk]:
    """The conversations with anything to ask about, as they are to be for the labels of now."""
    classes = project.classes.all()
    for batch in batches(_chosen(images, writers, options), _BATCH):
        known = facts_of_images(project, batch, classes)
        for writer in writers.values():
            stored = project.conversations.of_images(known, writer.questions.language)
            for image in batch:
                talk = _talk(image, known[image.id], stored.get(image.id), writer, options)
                if talk.places:
                    yield talk


def _chosen(images: Sequence[Image], writers: Writers, options: RewordOptions) -> Sequence[Image]:
    if options.images is None or options.images >= len(images):
        return images
    seed = next(iter(writers.values())).seed
    order = sorted(images, key=lambda image: Choice(seed, image.content_hash).number("reword"))
    first = {image.id for image in order[: options.images]}
    return [image for image in images if image.id in first]


def _talk(
    image: Image,
    facts: ImageFacts,
    was: StoredConversation | None,
    writer: Writer,
    options: RewordOptions,
) -> Talk:
    now = renewed(was, image.id, facts, writer)
    # While it is stale, all that no person wrote is written anew whenever somebody looks.
    is_open = not now.approved_by and not is_stale(now.made_of, fingerprint(facts, now.language))
    exchanges = list(now.exchanges)
    places = []
    for place, exchange in enumerate(now.exchanges):
        if not is_open or not _is_wanted(exchange, writer.choice(facts), options):
            continue
        exchanges[place] = worded_from(writer, facts, exchange)
        places.append(place)
    return Talk(image, facts, was, now, tuple(exchanges), tuple(places), len(places))


def _is_wanted(exchange: Exchange, choice: Choice, options: RewordOptions) -> bool:
    if not is_prose(exchange) or exchange.kind not in options.kinds:
        return False
    if exchange.reworded_by and not options.again:
        return False
    return choice.share("reword", *exchange.topic) < options.share


def worded_from(writer: Writer, facts: ImageFacts, exchange: Exchange) -> Exchange:
    """What a model is to find other words for: what it worded itself is written anew first, since
    from words of its own it would stray further each time."""
    return writer.again(facts, exchange) if exchange.reworded_by else exchange
