"""What of an image's boxes the person has in sight, and what is kept from them."""

from collections.abc import Collection, Iterable

from PySide6.QtCore import QObject, Signal

from app.core.annotation import Annotation
from app.core.blind import visible
from app.core.prelabelling import reaches
from app.core.sheet import Sheet
from widgets.canvas.canvas import Canvas


class Sight(QObject):
    """Classes and origins are hidden by the person to see better, for a while.

    Low scores and the proposals of a blind image are withheld: the person works as if there were
    none of them. What the project says of an image is kept back where it is labelled a second time.
    """

    blindness_changed = Signal(bool)
    origins_changed = Signal(bool, bool)  # people's boxes are shown, proposals are shown
    score_changed = Signal()
    class_wanted = Signal(int)  # id of a class whose eye is to be opened
    brought_out = Signal()  # what was hidden is shown again

    def __init__(self, canvas: Canvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._hidden_classes: frozenset[int] = frozenset()
        self._people_shown = self._proposals_shown = True
        self._least_score = 0.0
        self._is_blind = self._is_second = False

    @property
    def is_blind(self) -> bool:
        """Its proposals are withheld, as the person knows."""
        return self._is_blind

    @property
    def is_kept_back(self) -> bool:
        """Nothing is told of it beyond what stands on the sheet; why, isn't told either."""
        return self._is_blind or self._is_second

    @property
    def origins(self) -> tuple[bool, bool]:
        """Whether boxes by people are shown, and whether proposals are."""
        return self._people_shown, self._proposals_shown

    def set_blind(self, is_blind: bool, *, is_second: bool = False) -> None:
        self._is_blind, self._is_second = is_blind, is_second
        self.blindness_changed.emit(is_blind)

    def hide_classes(self, class_ids: frozenset[int]) -> None:
        """These and no others."""
        self._hidden_classes = class_ids
        self._apply()

    @property
    def hidden_classes(self) -> frozenset[int]:
        return self._hidden_classes

    def bring_out(self, annotations: Iterable[Annotation]) -> None:
        """Shows again what the person had hidden, as far as it hides any of these from them."""
        again = list(annotations)
        self._canvas.set_boxes_shown(True)
        if any(not a.is_proposal for a in again):
            self.show_people(True)
        for class_id in self._hidden_classes & {a.class_id for a in again}:
            self.class_wanted.emit(class_id)
        self.brought_out.emit()

    def show_origins(self, people: bool, proposals: bool) -> None:
        """Boxes by people, and proposals."""
        if (people, proposals) != (self._people_shown, self._proposals_shown):
            self._people_shown, self._proposals_shown = people, proposals
            self._apply()
            self.origins_changed.emit(people, proposals)

    def show_people(self, shown: bool) -> None:
        self.show_origins(shown, self._proposals_shown)

    def show_proposals(self, shown: bool) -> None:
        self.show_origins(self._people_shown, shown)

    @property
    def least_score(self) -> float:
        """Proposals below it are withheld."""
        return self._least_score

    def set_least_score(self, score: float) -> None:
        self._least_score = score
        self._apply()
        self.score_changed.emit()

    def boxes_for(self, sheet: Sheet) -> list[Annotation]:
        """What the person may know of on this image."""
        return visible(sheet.annotations, is_blind=self._is_blind)

    def judged(self, annotations: Iterable[Annotation]) -> list[Annotation]:
        """Those that are not withheld for their score."""
        return [a for a in annotations if not self._is_below(a)]

    def below_score(self, annotations: Iterable[Annotation]) -> Collection[str]:
        """The uids of those that are withheld for their score; none of a blind image."""
        if self._is_blind or not self._least_score:
            return []
        return [a.uid for a in annotations if self._is_below(a)]

    def withheld(self, proposals: Iterable[Annotation]) -> Collection[str]:
        """The uids of those that nobody can have judged."""
        return [a.uid for a in proposals if self._is_blind or self._is_below(a)]

    def _is_below(self, annotation: Annotation) -> bool:
        return annotation.is_proposal and not reaches(annotation, self._least_score)

    def _apply(self) -> None:
        self._canvas.set_filter(
            self._hidden_classes,
            people_shown=self._people_shown,
            proposals_shown=self._proposals_shown,
            least_score=self._least_score,
        )
