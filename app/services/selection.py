"""Which images an export takes, and how they fall into train, val and test."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from app.core.errors import UserError
from app.core.image import SPLITS, Image, Split, State
from app.storage.project import Project

LABELLED: tuple[State, ...] = ("prelabelled", "in_progress", "submitted", "returned", "approved")
"""What an export takes unless told otherwise: everything somebody or some model has labelled."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of the images goes into each split; must add up to 1.

    Raises ValueError when they don't, or one is negative.
    """

    train: float
    val: float
    test: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.train, self.val, self.test)
        if min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
            raise ValueError(f"shares must be from 0 to 1 and add up to 1, not {shares}")


@dataclass(frozen=True, slots=True)
class Selection:
    """`unchecked`: images left out because a model found nothing and no person said "normal"."""

    images: tuple[Image, ...]
    unchecked: int
    proposals: int


def select(project: Project, states: Sequence[State] = LABELLED) -> Selection:
    """Images in `states` that carry a label: boxes, or a word that there is nothing to draw.

    An image that nobody has looked at is never passed off as one without defects.
    Raises UserError when none is left.
    """
    chosen = []
    unchecked = proposals = 0
    for image in project.images.all(states):
        annotations = project.annotations.of_image(image.id)
        if annotations or _said_normal(image):
            chosen.append(image)
            proposals += sum(a.is_proposal for a in annotations)
        else:
            unchecked += 1
    if not chosen:
        raise UserError(
            "There is nothing to export: no image has labels or is marked normal.",
            hint="Import labels, or run `flawmark prelabel PROJECT --model starter`.",
        )
    return Selection(tuple(chosen), unchecked, proposals)


def _said_normal(image: Image) -> bool:
    return image.label.is_normal or image.label.state in ("submitted", "approved")


def split_anew(images: Iterable[Image], shares: Shares) -> tuple[Image, ...]:
    """Gives every image a split, so that each folder of photos lies in one split as a whole.

    Consecutive layers of one build look alike: spread over train and val they would flatter the
    model. Where there are fewer than three folders, runs of 20 consecutive images stay together
    instead. The same image always lands in the same split, on any machine.
    """
    images = tuple(images)
    folders = {str(PurePosixPath(image.path).parent) for image in images}
    groups: dict[str, list[Image]] = {}
    for place, image in enumerate(images):
        folder = str(PurePosixPath(image.path).parent)
        group = folder if len(folders) >= _FEWEST_FOLDERS else f"{folder}#{place // _RUN_LENGTH}"
        groups.setdefault(group, []).append(image)
    split_of = _fill(groups, shares)
    return tuple(
        replace(image, label=replace(image.label, split=split_of[image.id])) for image in images
    )


_FEWEST_FOLDERS = 3
_RUN_LENGTH = 20


def _fill(groups: dict[str, list[Image]], shares: Shares) -> dict[int, Split]:
    """Largest group first, each to the split that is furthest behind its share."""
    total = sum(map(len, groups.values()))
    room = {split: getattr(shares, split) * total for split in SPLITS}
    order = sorted(groups, key=lambda g: (-len(groups[g]), hashlib.sha256(g.encode()).digest()))
    split_of: dict[int, Split] = {}
    for group in order:
        split = max(SPLITS, key=lambda s: room[s])
        room[split] -= len(groups[group])
        split_of |= {image.id: split for image in groups[group]}
    return split_of
