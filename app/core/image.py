"""One photo of a project, and how far the work on it has come."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from app.core.builds import folder_of

State = Literal[
    "new", "prelabelled", "in_progress", "submitted", "approved", "returned", "excluded"
]
STATES: tuple[State, ...] = get_args(State)

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

STATE_WORDS: Mapping[State, str] = {
    **{state: state for state in STATES},
    "prelabelled": "pre-labelled",
    "in_progress": "in progress",
}
"""States as they are said to people: "an image that is in progress"."""

OPEN: frozenset[State] = frozenset({"new", "prelabelled", "in_progress", "returned"})
"""States in which somebody has still to label the image."""

SETTLED: frozenset[State] = frozenset({"submitted", "approved", "returned", "excluded"})
"""States that a person put an image in: no model changes anything on it."""

LOCKED: frozenset[State] = frozenset({"approved", "excluded"})
"""States in which nothing on an image changes before somebody reopens it; whose it is to label, and
its split, are not on it."""


@dataclass(frozen=True, slots=True)
class ImageLabel:
    """What is said of an image as a whole. `is_normal`: a person says it shows no defect.

    `tags` are names, in order and each once. `assigned_to` is who is to label it, `annotator` who
    handed it in, `reviewer` who approved or returned it last, and `reason` why it was returned,
    excluded or reopened.
    """

    state: State = "new"
    is_normal: bool = False
    split: Split | None = None
    tags: tuple[str, ...] = ()
    assigned_to: str | None = None
    annotator: str | None = None
    reviewer: str | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tags", tuple(sorted(set(self.tags))))


def changed_fields(before: ImageLabel, after: ImageLabel) -> dict[str, Any]:
    """By name, as they are after: only these does an edit write."""
    names = (field.name for field in fields(ImageLabel))
    return {n: getattr(after, n) for n in names if getattr(after, n) != getattr(before, n)}


@dataclass(frozen=True, slots=True)
class Image:
    """One photo file. Width and height are of the upright image, EXIF orientation applied.

    `path` is as the project keeps it: with forward slashes, relative to the project's folder where
    the photo can be reached that way, absolute otherwise. `found_build` is what the project's
    pattern finds in it, where it has one that does.
    """

    id: int
    path: str
    content_hash: str
    width_px: int
    height_px: int
    label: ImageLabel = ImageLabel()
    found_build: str | None = None

    @property
    def build(self) -> str:
        """Layers of one build look alike, so they stay together."""
        return self.found_build or folder_of(self.path)
