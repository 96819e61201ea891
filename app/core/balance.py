"""How evenly the classes of a project are labelled, what is missing, and which image helps most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.core.image import OPEN, STATES, State
from app.core.label_class import LabelClass

PLACE_CELLS = 24
"""A map of places has so many rows and columns, each that part of a photo's side."""

SIZE_STEPS = 9
"""A map of sizes has so many rows (heights) and columns (widths): step n holds boxes whose side is
from 2^(n - 9) of the photo's on, up to the double; the first all that is smaller as well."""

Map = npt.NDArray[np.int64]
"""Boxes by (row, column), row 0 on top of the photo, or the lowest boxes."""

COUNTED: tuple[State, ...] = tuple(state for state in STATES if state != "excluded")
"""States whose images count. What is excluded is never trained on."""

_WORKED_ON: tuple[State, ...] = ("in_progress", "submitted", "returned", "approved")


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one class on some images.

    `images` with any box of it, `checked_images` with one that a person drew or checked; `boxes`
    in all, `proposals` among them. `expected` is how many true boxes the proposals promise: the
    sum of their scores, taken as chances. `likely_images` have no box by people, and proposals that
    promise half a box or more.
    """

    images: int = 0
    checked_images: int = 0
    boxes: int = 0
    proposals: int = 0
    expected: float = 0.0
    likely_images: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.images + other.images,
            self.checked_images + other.checked_images,
            self.boxes + other.boxes,
            self.proposals + other.proposals,
            self.expected + other.expected,
            self.likely_images + other.likely_images,
        )

    @property
    def checked(self) -> int:
        """Boxes that a person drew or checked."""
        return self.boxes - self.proposals

    @property
    def of_people(self) -> "Tally":
        """As if there were no proposals."""
        return Tally(self.checked_images, self.checked_images, self.checked)


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class over the states of its images; states without any may be left out."""

    label_class: LabelClass
    by_state: Mapping[State, Tally] = field(default_factory=dict)

    @property
    def total(self) -> Tally:
        """Of all images that count."""
        return self._over(COUNTED)

    @property
    def waiting(self) -> Tally:
        """Of images that somebody has still to label."""
        return self._over(OPEN)

    @property
    def target(self) -> int:
        """How many boxes the team wants, 0 for no target."""
        return self.label_class.target_count

    @property
    def missing(self) -> int:
        """Boxes until the target; 0 without one."""
        return max(self.target - self.total.checked, 0)

    @property
    def is_lacking(self) -> bool:
        """Below its target, or without a box by people."""
        return bool(self.missing) or not self.total.checked

    def checked_in(self, state: State) -> int:
        """Boxes by people on images in that state."""
        return self.by_state.get(state, Tally()).checked

    def _over(self, states: Iterable[State]) -> Tally:
        return sum((self.by_state.get(state, Tally()) for state in states), Tally())


@dataclass(frozen=True, slots=True)
class Crowd:
    """Images together, and how many of them a person says are normal."""

    images: int = 0
    normal: int = 0

    def __add__(self, other: "Crowd") -> "Crowd":
        return Crowd(self.images + other.images, self.normal + other.normal)


@dataclass(frozen=True, slots=True)
class BuildFigures:
    """The photos of one build, see `app.core.builds`, without what is excluded.

    `by_class` has class ids; classes without a box there are left out.
    """

    name: str
    crowd: Crowd
    by_class: Mapping[int, Tally]


@dataclass(frozen=True, slots=True)
class Balance:
    """All that is told of the balance of a project. `classes` and `builds` in their order.

    `pairs`: (class id, class id), the lower first → images with both. `places` and `sizes`: class
    id → Map, see PLACE_CELLS and SIZE_STEPS. These three count proposals and excluded images too;
    where `is_of_people`, no proposal is counted anywhere, and these three are left out.
    """

    classes: tuple[ClassFigures, ...]
    states: Mapping[State, Crowd]
    builds: tuple[BuildFigures, ...] = ()
    pairs: Mapping[tuple[int, int], int] = field(default_factory=dict)
    places: Mapping[int, Map] = field(default_factory=dict)
    sizes: Mapping[int, Map] = field(default_factory=dict)
    is_of_people: bool = False

    @property
    def worked_on(self) -> Crowd:
        """Images that a person has begun, submitted, approved or got back."""
        return sum((self.states.get(state, Crowd()) for state in _WORKED_ON), Crowd())

    @property
    def normal_share(self) -> float | None:
        """Of the images worked on, 0..1; None while there are none."""
        crowd = self.worked_on
        return crowd.normal / crowd.images if crowd.images else None

    @property
    def imbalance_ratio(self) -> float | None:
        return imbalance_ratio([each.total.checked for each in self.classes])

    def together(self) -> npt.NDArray[np.float64]:
        """(class, class), in the order of the classes: of the images with the class of the row,
        the share (0..1) that also has the class of the column. Not a number on the diagonal, and
        where the class of the row is on no image."""
        ids = [each.label_class.id for each in self.classes]
        shares = np.full((len(ids), len(ids)), np.nan)
        for row, figures in enumerate(self.classes):
            images = sum(tally.images for tally in figures.by_state.values())
            for column, other in enumerate(ids):
                if images and row != column:
                    first, second = sorted((ids[row], other))
                    shares[row, column] = self.pairs.get((first, second), 0) / images
        return shares


def imbalance_ratio(counts: Sequence[int]) -> float | None:
    """The largest of some counts over the smallest; None where one is 0, or there are none.

    As in Buda, Maki and Mazurowski, A systematic study of the class imbalance problem in
    convolutional neural networks (2018), section 3.1.
    """
    return max(counts) / min(counts) if counts and min(counts) > 0 else None


def needs(classes: Iterable[ClassFigures]) -> dict[int, float]:
    """Class id → what one more box of it is worth: 1 / (1 + boxes by people + boxes that proposals
    promise), and 0 with the target met.

    That is what one more box adds to the sum of the logarithms of all counts, which is greatest
    when a given number of boxes is spread evenly. What is promised often is counted with what is
    there: it is found on the way, while a class that is promised seldom has to be looked for.
    """
    return {each.label_class.id: _need(each) for each in classes}


def _need(figures: ClassFigures) -> float:
    is_met = figures.target and not figures.missing
    return 0.0 if is_met else 1 / (1 + figures.total.checked + figures.total.expected)
