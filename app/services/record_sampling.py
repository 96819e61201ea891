"""How often each image is trained on, for balance of classes and a share of normal images.

Only what is trained on is touched: validation shows things as they are.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from app.conversations.writing.choosing import Choice
from app.core.by_image import ByImage
from app.core.errors import UserError
from app.core.image import Image
from app.core.sampling import capped, kept_for_share, repeat_factors, repeats
from app.storage.images import ImageList

_FAR_FROM_EVEN = 1 / 3


def is_trained_on(image: Image) -> bool:
    return image.label.split in (None, "train")


def times_taken(
    images: ImageList,
    classes_on: Mapping[int, Collection[int]],
    *,
    balance: bool,
    normal_share: float | None,
    cap: int | None = None,
    seed: int,
) -> ByImage[int]:
    """Image id → how often it is trained on, 0 where it is left out.

    `classes_on` maps an image's id to the classes of its boxes; it has none for a normal one.
    `cap` is the most training images that a class may be on, see `capped`; it comes first, then
    `balance` by repeat factors of what is left, then `normal_share`.
    The same images, labels and seed give the same answer, and an image that is added changes it
    for as few others as can be. Raises UserError when the wanted share can't be had.
    """
    if cap is None and not balance and normal_share is None:
        return ByImage((image_id, 1) for image_id in images.ids)
    train = _Training(images, classes_on, seed)
    if cap is not None:
        train.cap(cap)
    if balance:
        train.balance()
    if normal_share is not None:
        train.share(normal_share)
    times = np.ones(len(images), np.int64)
    times[train.places] = train.times
    return ByImage(zip(images.ids, times.tolist(), strict=True))


def sampling_notes(times: ByImage[int], *, cap: int | None = None) -> Iterator[str]:
    """What was left out or taken again."""
    why = "the normal share" if cap is None else "balance"
    if left_out := sum(n == 0 for n in times.in_order()):
        yield f"{left_out} training images were left out for the sake of {why}."
    if again := sum(n > 1 for n in times.in_order()):
        yield f"{again} training images were taken more than once for the sake of rare classes."


def share_notes(normal: int, others: int) -> Iterator[str]:
    """A word when normal and defect images that are trained on are far from one to one."""
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


class _Training:
    """The training images of an export at their `places` in it, each taken so many `times`."""

    def __init__(
        self, images: ImageList, classes_on: Mapping[int, Collection[int]], seed: int
    ) -> None:
        self._seed = seed
        trained = (place for place, image in enumerate(images) if is_trained_on(image))
        self.places = np.fromiter(trained, np.int64)
        # By id: somebody may change splits before it is walked again.
        self._images = images.at(self.places)
        self.times = np.ones(len(self.places), np.int64)
        self._classes = [classes_on.get(images.ids[place], ()) for place in self.places]

    def cap(self, most: int) -> None:
        order = np.argsort(self._draws("cap"), kind="stable")
        kept = capped([self._classes[n] for n in order], most)
        self.times[order] = kept

    def balance(self) -> None:
        factors = repeat_factors(list(compress(self._classes, self.times)))
        for n, draw in enumerate(self._draws("balance")):
            factor = max((factors[c] for c in self._classes[n] if c in factors), default=1.0)
            self.times[n] *= repeats(factor, draw)

    def share(self, share: float) -> None:
        is_normal = np.array([not classes for classes in self._classes], bool)
        kinds = is_normal, ~is_normal
        takes = [int(self.times[kind].sum()) for kind in kinds]
        if (share > 0 and not takes[0]) or (share < 1 and not takes[1]):
            lacking = "normal images" if share > 0 and not takes[0] else "images with defects"
            raise UserError(
                f"A normal share of {share:g} can't be had: there are no {lacking} to train on.",
                hint="Leave --normal-share out, or add such images.",
            )
        # Each taking has a draw of its own, and those that come first stay.
        takings = np.repeat(np.arange(len(self.times)), self.times)
        takings = takings[np.argsort(self._draws_of_takings(), kind="stable")]
        self.times[:] = 0
        for kind, count in zip(kinds, kept_for_share(takes[0], takes[1], share), strict=True):
            first = takings[kind[takings]][:count]
            self.times += np.bincount(first, minlength=len(self.times))

    def _draws(self, *what: object) -> NDArray[np.float64]:
        return np.fromiter((choice.share(*what) for choice in self._choices()), np.float64)

    def _draws_of_takings(self) -> NDArray[np.float64]:
        """Image by image, for each time that it is taken."""
        drawn = (
            choice.share("normal share", n)
            for choice, times in zip(self._choices(), self.times.tolist(), strict=True)
            for n in range(times)
        )
        return np.fromiter(drawn, np.float64)

    def _choices(self) -> Iterator[Choice]:
        return (Choice(self._seed, image.content_hash) for image in self._images)
