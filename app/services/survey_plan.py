"""Which images a survey asks of, and what: even over classes, yes as often right as no."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, zip_longest

from app.conversations.writing.choosing import Choice
from app.core.image import Image
from app.core.survey import SurveyKind, Topic

ClassesOn = Mapping[int, Collection[int]]
"""Image id → ids of the classes on it; nothing for an image without a box."""


def chosen_images(
    images: Sequence[Image],
    classes_on: ClassesOn,
    wanted: Sequence[int],
    *,
    count: int,
    seed: int,
) -> list[Image]:
    """At most `count` of them, in the order in which they came in.

    The next image is one of whichever has been chosen least: one of the `wanted` classes, or
    images without any box. Which one of those hangs on the seed and the content of each photo
    alone, so that the same images and labels give the same choice on any machine.
    """
    waiting = {kind: _shuffled(images, classes_on, kind, seed) for kind in (*wanted, None)}
    times: Counter[int | None] = Counter()
    chosen: dict[int, Image] = {}
    while len(chosen) < count and (open_kinds := [kind for kind in waiting if waiting[kind]]):
        kind = min(open_kinds, key=lambda each: times[each])
        image = waiting[kind].pop()
        if image.id not in chosen:
            chosen[image.id] = image
            times.update(_kinds_of(classes_on, image))
    return [image for image in images if image.id in chosen]


def asked_topics(
    images: Sequence[Image],
    classes_on: ClassesOn,
    wanted: Sequence[int],
    *,
    kinds: Collection[SurveyKind],
    by_class: bool,
    seed: int,
) -> dict[int, tuple[Topic, ...]]:
    """Image id → what is asked of it, by their position; images that nothing is asked of are out.

    Whether a class is there is asked of as many images with it as without it. These are in turn
    normal ones and ones that show something else. A class that is on all of them is asked of all,
    one that is on none isn't asked about. Where boxes lie is asked of the same images, `by_class`;
    else of all images, of all classes at once.
    """
    pairs = list(chain.from_iterable(_pairs(images, classes_on, each, seed) for each in wanted))
    topics: dict[int, list[Topic]] = {image.id: [] for image in images}
    if "presence" in kinds:
        for image_id, class_id in pairs:
            topics[image_id].append(Topic("presence", class_id))
    if "where" in kinds and by_class:
        for image_id, class_id in pairs:
            topics[image_id].append(Topic("where", class_id))
    elif "where" in kinds:
        for image in images:
            topics[image.id].append(Topic("where"))
    return {
        image_id: tuple(sorted(listed, key=lambda topic: topic.position))
        for image_id, listed in topics.items()
        if listed
    }


def _kinds_of(classes_on: ClassesOn, image: Image) -> Collection[int | None]:
    return classes_on.get(image.id) or (None,)


def _shuffled(
    images: Sequence[Image], classes_on: ClassesOn, kind: int | None, seed: int
) -> list[Image]:
    """Images of that kind; the first is to be taken from the end."""
    fitting = [image for image in images if kind in _kinds_of(classes_on, image)]
    return _by_choice(fitting, seed, "image")


def _pairs(
    images: Sequence[Image], classes_on: ClassesOn, class_id: int, seed: int
) -> Iterator[tuple[int, int]]:
    """(image id, class id) to be asked about."""
    shuffled = _by_choice(images, seed, "asked", class_id)
    there = [image for image in shuffled if class_id in classes_on.get(image.id, ())]
    normal = [image for image in shuffled if not classes_on.get(image.id)]
    others = [image for image in shuffled if classes_on.get(image.id)]
    beside = [image for image in others if class_id not in classes_on[image.id]]
    absent = [image for image in chain(*zip_longest(normal, beside)) if image is not None]
    count = min(len(there), len(absent)) if absent else len(there)
    for image in (*there[:count], *absent[:count]):
        yield image.id, class_id


def _by_choice(images: Sequence[Image], seed: int, *what: object) -> list[Image]:
    # The id parts photos of the same content.
    return sorted(images, key=lambda i: (Choice(seed, i.content_hash).number(*what), i.id))
