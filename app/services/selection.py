"""Which images an export takes, and how they fall into train, val and test."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
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
        # Phrased so that NaN is refused too.
        if not (min(shares) >= 0 and abs(sum(shares) - 1) <= 1e-6):
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
        if annotations or said_normal(image):
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


def said_normal(image: Image) -> bool:
    """Whether a person has, if it has no boxes: one that nobody looked at says nothing."""
    return image.label.is_normal or image.label.state in ("submitted", "approved")


def assign_splits(images: Sequence[Image], shares: Shares) -> dict[int, Split]:
    """image id → split, for those of `images` that have none; the others keep theirs and count.

    Consecutive layers of one build look alike: spread over train and val they would flatter the
    model. So each folder lies in one split as a whole; where there are fewer than three folders,
    runs of consecutive images stay together instead, up to 20 long.
    """
    fresh = [image for image in images if image.label.split is None]
    folders = {_folder(image) for image in fresh}
    run_length = min(max(len(fresh) // 20, 1), _LONGEST_RUN)
    groups: dict[str, list[Image]] = {}
    for place, image in enumerate(fresh):
        group = _folder(image)
        if len(folders) < _FEWEST_FOLDERS:
            group += f"#{place // run_length}"
        groups.setdefault(group, []).append(image)
    room = {split: getattr(shares, split) * len(images) for split in SPLITS}
    for image in images:
        if image.label.split is not None:
            room[image.label.split] -= 1
    return _fill(groups, room)


_FEWEST_FOLDERS = 3
_LONGEST_RUN = 20


def _folder(image: Image) -> str:
    return str(PurePosixPath(image.path).parent)


def _fill(groups: dict[str, list[Image]], room: dict[Split, float]) -> dict[int, Split]:
    """Largest group first, each to the split that is furthest behind its share."""
    order = sorted(groups, key=lambda g: (-len(groups[g]), hashlib.sha256(g.encode()).digest()))
    split_of: dict[int, Split] = {}
    for group in order:
        split = max(SPLITS, key=lambda s: room[s])
        room[split] -= len(groups[group])
        split_of |= {image.id: split for image in groups[group]}
    return split_of
