"""How often each image is trained on, for balance of classes and a share of normal images.

Only what is trained on is touched: validation shows things as they are.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from app.conversations.writing.choosing import Choice
from app.core.errors import UserError
from app.core.image import Image
from app.core.sampling import capped, kept_for_share, repeat_factors, repeats

_FAR_FROM_EVEN = 1 / 3


def is_trained_on(image: Image) -> bool:
    return image.label.split in (None, "train")


def times_taken(
    images: Sequence[Image],
    classes_on: Mapping[int, Collection[int]],
    *,
    balance: bool,
    normal_share: float | None,
    cap: int | None = None,
    seed: int,
) -> dict[int, int]:
    """Image id → how often it is trained on, 0 where it is left out.

    `classes_on` maps an image's id to the classes of its boxes; it has none for a normal one.
    `cap` is the most training images that a class may be on, see `capped`; it comes first, then
    `balance` by repeat factors of what is left, then `normal_share`.
    The same images, labels and seed give the same answer, and an image that is added changes it
    for as few others as can be. Raises UserError when the wanted share can't be had.
    """
    times = {image.id: 1 for image in images}
    train = [image for image in images if is_trained_on(image)]
    if cap is not None:
        kept = _capped(train, classes_on, cap, seed)
        times |= {image.id: 0 for image in train if image.id not in kept}
        train = [image for image in train if image.id in kept]
    if balance:
        times |= _balanced(train, classes_on, seed)
    if normal_share is not None:
        times |= _with_share(train, classes_on, times, share=normal_share, seed=seed)
    return times


def sampling_notes(times: Mapping[int, int], *, cap: int | None = None) -> Iterator[str]:
    """What was left out or taken again."""
    why = "the normal share" if cap is None else "balance"
    if left_out := sum(n == 0 for n in times.values()):
        yield f"{left_out} training images were left out for the sake of {why}."
    if again := sum(n > 1 for n in times.values()):
        yield f"{again} training images were taken more than once for the sake of rare classes."


def share_notes(
    images: Iterable[Image], classes_on: Mapping[int, Collection[int]], times: Mapping[int, int]
) -> Iterator[str]:
    """A word when normal and defect images are far from one to one."""
    normal = others = 0
    for image in filter(is_trained_on, images):
        if classes_on.get(image.id):
            others += times[image.id]
        else:
            normal += times[image.id]
    share = normal / (normal + others) if normal + others else 0.5
    stand = f"{normal} normal images stand beside {others} with defects in the training records"
    leave_out = " --normal-share 0.5 leaves out the surplus." if normal and others else ""
    if share < _FAR_FROM_EVEN:
        yield (
            f"{stand}: a model that sees few normal ones finds defects everywhere. One to one is "
            f"good; add normal photos.{leave_out}"
        )
    elif share > 1 - _FAR_FROM_EVEN:
        yield f"{stand}.{leave_out}"


def _capped(
    train: Sequence[Image], classes_on: Mapping[int, Collection[int]], cap: int, seed: int
) -> set[int]:
    shuffled = sorted(train, key=lambda image: Choice(seed, image.content_hash).share("cap"))
    return capped({image.id: classes_on.get(image.id, ()) for image in shuffled}, cap)


def _balanced(
    train: Sequence[Image], classes_on: Mapping[int, Collection[int]], seed: int
) -> dict[int, int]:
    factors = repeat_factors([classes_on.get(image.id, ()) for image in train])
    return {
        image.id: repeats(
            max((factors[c] for c in classes_on.get(image.id, ())), default=1.0),
            Choice(seed, image.content_hash).share("balance"),
        )
        for image in train
    }


def _with_share(
    train: Sequence[Image],
    classes_on: Mapping[int, Collection[int]],
    times: Mapping[int, int],
    *,
    share: float,
    seed: int,
) -> dict[int, int]:
    normal = [image for image in train if not classes_on.get(image.id)]
    others = [image for image in train if classes_on.get(image.id)]
    takes = [sum(times[image.id] for image in kind) for kind in (normal, others)]
    if (share > 0 and not takes[0]) or (share < 1 and not takes[1]):
        lacking = "normal images" if share > 0 and not takes[0] else "images with defects"
        raise UserError(
            f"A normal share of {share:g} can't be had: there are no {lacking} to train on.",
            hint="Leave --normal-share out, or add such images.",
        )
    kept = kept_for_share(takes[0], takes[1], share)
    left = dict.fromkeys((image.id for image in train), 0)
    for kind, count in zip((normal, others), kept, strict=True):
        for image_id in islice(_shuffled(kind, times, seed), count):
            left[image_id] += 1
    return left


def _shuffled(images: Sequence[Image], times: Mapping[int, int], seed: int) -> Iterator[int]:
    """The id of each image as often as it is taken."""
    takes = [
        (Choice(seed, image.content_hash).share("normal share", n), image.id)
        for image in images
        for n in range(times[image.id])
    ]
    return (image_id for _, image_id in sorted(takes))
