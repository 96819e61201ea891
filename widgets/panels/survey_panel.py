"""A VLM asked about many labelled images: its figures, and where the labels contradict it."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.core.scores import ClassBox
from app.core.survey import Differing, Survey, SurveyResult
from widgets.panels.survey_figures import SurveyFigures, plain_words
from widgets.panels.survey_form import SurveyForm
from widgets.panels.when import local_time

_IMAGE_ROLE = Qt.ItemDataRole.UserRole
_LIST_PX = 160
_MOST_CHARACTERS = 400


class SurveyPanel(QWidget):
    """`form` asks; below it are what was answered, and the images where that is wrong."""

    wanted = Signal()  # somebody looks at the panel
    left = Signal()
    survey_chosen = Signal(int)  # its id
    picked = Signal(int)  # id of an image

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: Mapping[int, str] = {}
        self._differing: Mapping[int, Sequence[Differing]] = {}
        self.form, self.figures = SurveyForm(), SurveyFigures()
        self.surveys = QComboBox()
        self.surveys.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.surveys.activated.connect(self._choose_survey)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAlternatingRowColors(True)
        self.list.setSpacing(1)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setMinimumHeight(_LIST_PX)
        self.list.itemClicked.connect(self._pick)
        self.summary, self.details = plain_words(), plain_words()
        self._results = QWidget()
        results = QVBoxLayout(self._results)
        results.setContentsMargins(0, 4, 0, 0)
        results.setSpacing(8)
        for each in (self.surveys, self.figures, self.summary):
            results.addWidget(each)
        results.addWidget(self.list, 1)
        results.addWidget(self.details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.form)
        layout.addWidget(self._results, 1)
        layout.addStretch(0)
        self.show_surveys((), None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.left.emit()

    @property
    def picked_image(self) -> int | None:
        """Its id."""
        item = self.list.currentItem()
        return None if item is None else int(item.data(_IMAGE_ROLE))

    def show_surveys(self, surveys: Sequence[Survey], chosen: int | None) -> None:
        """Of this project, the last one on top. `chosen` is the id of the one that is shown."""
        self.surveys.clear()
        for survey in reversed(surveys):
            when = local_time(survey.started_at)
            words = self.tr("{name}, {when}").format(name=survey.name, when=when)
            self.surveys.addItem(words, survey.id)
        self.surveys.setCurrentIndex(self.surveys.findData(chosen))
        self._results.setVisible(bool(surveys))

    def show_result(
        self,
        result: SurveyResult | None,
        titles: Mapping[int, str],
        photos: Mapping[int, str],
    ) -> None:
        """`titles` of the classes and paths of the `photos`, by id. What was picked stays so."""
        picked = self.picked_image
        self._titles = titles
        self._differing = {} if result is None else result.differing
        self.figures.show_result(result, titles)
        self.list.clear()
        for image_id, listed in self._differing.items():
            words = ", ".join(map(self._differs, listed))
            item = QListWidgetItem(f"{photos[image_id].rpartition('/')[2]}\n{words}")
            item.setToolTip(f"{photos[image_id]}\n{words}")
            item.setData(_IMAGE_ROLE, image_id)
            self.list.addItem(item)
        self.list.setVisible(bool(self._differing))
        self.summary.setText("" if result is None else self._summary(result))
        places = {image_id: place for place, image_id in enumerate(self._differing)}
        self.list.setCurrentRow(places.get(picked or 0, -1))
        self._show_details()

    def _choose_survey(self) -> None:
        self.survey_chosen.emit(self.surveys.currentData())

    def _pick(self) -> None:
        self._show_details()
        if self.picked_image is not None:
            self.picked.emit(self.picked_image)

    def _show_details(self) -> None:
        """What was asked of the picked image and answered wrongly, in full."""
        listed = self._differing.get(self.picked_image or 0, ())
        told = ((each.answer.question, _shortened(each.answer.answer)) for each in listed)
        self.details.setText("\n\n".join(f"{question}\n→ {answer}" for question, answer in told))
        self.details.setVisible(bool(listed))

    def _summary(self, result: SurveyResult) -> str:
        if result.differing:
            words = self.tr("VLM and labels disagree on these images, worst first: {n}")
        else:
            words = self.tr("VLM and labels agree on every image.")
        told = words.format(n=f"{len(result.differing):,}")
        if not result.unlabelled:
            return told
        more = self.tr("Answers about images that are no longer labelled so don't count: {n}")
        return told + "\n" + more.format(n=f"{result.unlabelled:,}")

    def _differs(self, each: Differing) -> str:
        answer, asked = each.answer, each.answer.topic.class_id
        name = "" if asked is None else self._titles.get(asked, "")
        if answer.problem == "unreadable":
            words = self.tr("can't be read: {name}") if name else self.tr("can't be read")
            return words.format(name=name)
        if answer.topic.kind == "presence":
            words = self.tr("claims {name}") if answer.is_there else self.tr("denies {name}")
            return words.format(name=name)
        parts = []
        if each.missed:
            parts.append(self.tr("misses {boxes}").format(boxes=self._counted(each.missed)))
        if each.extra:
            parts.append(self.tr("too many: {boxes}").format(boxes=self._counted(each.extra)))
        return ", ".join(parts)

    def _counted(self, boxes: Iterable[ClassBox]) -> str:
        unknown = self.tr("unknown")
        counts: dict[str, int] = {}
        for box in boxes:
            title = self._titles.get(box.class_id or 0, unknown)
            counts[title] = counts.get(title, 0) + 1
        return ", ".join(f"{n} {title}" for title, n in counts.items())


def _shortened(answer: str) -> str:
    """Of dozens of boxes nobody reads the numbers."""
    return answer if len(answer) <= _MOST_CHARACTERS else f"{answer[:_MOST_CHARACTERS]} …"
