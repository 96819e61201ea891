"""How good the labels are: what is probably wrong, what became of proposals, how people work."""

import html
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.core.label_class import LabelClass
from app.core.label_errors import ERROR_KINDS, ErrorKind
from app.core.quality import (
    FATE_COLOURS,
    OUTCOME_COLOURS,
    ListedSuspect,
    PersonFigures,
    ProposalFigures,
    QualityFigures,
    SecondFigures,
)
from app.core.quality_facts import FATES, MODES, OUTCOMES
from widgets.charts.bar_chart import Bar, BarChart, BarPart
from widgets.panels.pieces import faint, tool_button
from widgets.panels.quality_words import (
    decimal,
    error_titles,
    fate_titles,
    mode_titles,
    outcome_titles,
    percent,
    time,
)
from widgets.panels.suspect_list import SuspectList
from widgets.queue.choices import OneOf
from widgets.words import class_title, counted_images

_SECOND_COLOUR = "#0072b2"
_MODE_COLOURS = {"shown": "#0072b2", "blind": "#a0a0a0"}


class QualityPanel(QWidget):
    """Shows what it is given, and asks for it when it comes in sight. Never takes the keyboard."""

    wanted = Signal()  # the panel came in sight
    kinds_wanted = Signal(object)  # a tuple of ErrorKind: list suspects of these
    picked = Signal(object)  # the ListedSuspect that a person wants to look at
    answered = Signal(object)  # the ListedSuspect in which a person found nothing wrong
    report_wanted = Signal()
    left = Signal()  # nobody sees the panel any more

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: QualityFigures | None = None
        self._classes: Mapping[int, LabelClass] = {}
        self._run_id = 0
        self.counting = faint(QLabel())
        self.counting.hide()
        self.tabs, self._pages = QTabBar(), list[QWidget]()
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.setExpanding(False)
        self.kinds, self.suspects = OneOf(), SuspectList()
        self.runs, self.proposals, self.proposals_told = OneOf(), BarChart(), _told()
        self.people, self.people_told = BarChart(), _told()
        self.modes, self.modes_told = BarChart(), _told()
        self.second, self.second_told = BarChart(), _told()
        self.report = tool_button(
            self.tr("Write a report…"), self.tr("All figures as one page to read, print or mail")
        )
        self._lay_out()
        self.kinds.chosen.connect(lambda kinds: self.kinds_wanted.emit(kinds))
        self.runs.chosen.connect(self._choose_run)
        self.suspects.picked.connect(self.picked)
        self.suspects.answered.connect(self.answered)
        self.report.clicked.connect(self.report_wanted)
        self.tabs.currentChanged.connect(self._turn_to)
        self._turn_to(0)

    def show_figures(
        self,
        figures: QualityFigures,
        classes: Mapping[int, LabelClass],
        run_names: Mapping[int, str],
    ) -> None:
        """`classes` by id, `run_names` by run id: all that occur. The run chosen stays chosen."""
        self._figures, self._classes = figures, classes
        self._show_kinds(figures)
        runs = figures.runs
        if self._run_id not in runs:
            self._run_id = runs[-1] if runs else 0
        self.runs.set_entries([(run, run_names[run]) for run in runs])
        self.runs.setVisible(len(runs) > 1)
        if runs:
            self.runs.show_value(self._run_id)
        self._show_proposals(figures)
        self._show_people(figures)
        self._show_modes(figures)

    def show_suspects(
        self, listed: Sequence[ListedSuspect], classes: Mapping[int, LabelClass]
    ) -> None:
        self.suspects.show_suspects(listed, classes)

    def show_second(self, figures: Sequence[SecondFigures]) -> None:
        """How people agree with gold and with each other."""
        bars = []
        for each in figures:
            said, words = each.agreement, self.tr("{person} against {other}")
            other = each.against or self.tr("gold")
            title = words.format(person=each.person, other=other)
            note = self.tr("F1 {f1}, kappa {kappa}, {images}").format(
                f1=decimal(said.f1_with_class),
                kappa=decimal(said.kappa),
                images=counted_images(each.images),
            )
            part = BarPart(said.f1_with_class or 0.0, _SECOND_COLOUR)
            bars.append(Bar((each.person, each.against), title, (part,), note=note))
        self.second.show_bars(bars, most=1.0)
        none = self.tr("No image has been labelled a second time yet; see `flawmark second`.")
        self.second_told.setText("" if figures else none)

    def show_counting(self, left: int) -> None:
        """How many images have changed and are not in the figures yet; 0 for none."""
        self.counting.setText(self.tr("Images still to be counted: {n}").format(n=f"{left:,}"))
        self.counting.setVisible(left > 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.left.emit()

    def _lay_out(self) -> None:
        self.tabs.addTab(self.tr("Probable errors"))
        self.tabs.addTab(self.tr("Figures"))
        self._pages = [_column(self.kinds, self.suspects), self._figures_page()]
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.tabs, 1)
        head.addWidget(self.report)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.counting)
        for page in self._pages:
            layout.addWidget(page, 1)

    def _turn_to(self, tab: int) -> None:
        """No stack, since one is as high as its highest page: the list scrolls by itself."""
        for place, page in enumerate(self._pages):
            page.setVisible(place == tab)

    def _figures_page(self) -> QWidget:
        fates = [(FATE_COLOURS[fate], fate_titles()[fate]) for fate in FATES]
        outcomes = [(OUTCOME_COLOURS[each], outcome_titles()[each]) for each in OUTCOMES]
        return _column(
            _headline(self.tr("What became of proposals")),
            *(self.runs, self.proposals, _legend(fates), self.proposals_told),
            _headline(self.tr("Boxes between hand-in and approval")),
            *(self.people, _legend(outcomes), self.people_told),
            _headline(self.tr("Agreement with models: blind against shown")),
            *(self.modes, self.modes_told),
            _headline(self.tr("Labelled twice, and gold")),
            *(self.second, self.second_told, _rest()),
        )

    def _show_kinds(self, figures: QualityFigures) -> None:
        titles = error_titles()
        every: tuple[ErrorKind, ...] = ERROR_KINDS
        total = sum(figures.errors.values())
        every_title = self.tr("all kinds")
        entries: list[tuple[object, str]] = [(every, f"{every_title}: {total:,}")]
        entries += [((k,), f"{titles[k]}: {n:,}") for k, n in figures.errors.items()]
        self.kinds.set_entries(entries)

    def _choose_run(self, run_id: int) -> None:
        self._run_id = run_id
        if self._figures is not None:
            self._show_proposals(self._figures)

    def _show_proposals(self, figures: QualityFigures) -> None:
        own = [each for each in figures.proposals if each.run_id == self._run_id]
        self.proposals.show_bars([self._proposal_bar(each) for each in own])
        judged = sum(each.judged for each in own)
        if own:
            accepted = sum(each.counts["accepted"] for each in own)
            share = accepted / judged if judged else None
            words = self.tr("Judged: {n}; {percent} of them were accepted as they were drawn.")
            self.proposals_told.setText(words.format(n=f"{judged:,}", percent=percent(share)))
        else:
            self.proposals_told.setText(self.tr("No proposal has been judged yet."))

    def _proposal_bar(self, each: ProposalFigures) -> Bar:
        titles, label = fate_titles(), self._classes[each.class_id]
        parts = [BarPart(each.counts[f], FATE_COLOURS[f], titles[f]) for f in FATES]
        note = self.tr("{percent} accepted").format(percent=percent(each.share("accepted")))
        return Bar(label.id, class_title(label), tuple(parts), note=note, colour=label.colour)

    def _show_people(self, figures: QualityFigures) -> None:
        people = [each for each in figures.people if each.images]
        self.people.show_bars([self._person_bar(each) for each in people])
        lines = [self._person_told(each) for each in people]
        none = self.tr("No image has been handed in yet.")
        self.people_told.setText("\n".join(lines) or none)

    def _person_bar(self, each: PersonFigures) -> Bar:
        titles = outcome_titles()
        parts = [BarPart(each.outcomes[o], OUTCOME_COLOURS[o], titles[o]) for o in OUTCOMES]
        words = self.tr("{images}, {percent} returned")
        note = words.format(images=counted_images(each.images), percent=percent(each.return_rate))
        return Bar(each.person, each.person, tuple(parts), note=note)

    def _person_told(self, each: PersonFigures) -> str:
        work, said = each.work["shown"], each.with_review
        words = self.tr(
            "{person}: {image} an image, {box} a box; with review F1 {f1}, IoU {iou}, kappa {kappa}"
        )
        return words.format(
            person=each.person,
            image=time(work.median_ms),
            box=time(work.ms_per_box),
            **{"f1": decimal(said.f1), "iou": decimal(said.mean_iou)},
            kappa=decimal(said.kappa),
        )

    def _show_modes(self, figures: QualityFigures) -> None:
        titles, bars = mode_titles(), []
        for mode in MODES:
            work = figures.work[mode]
            f1 = work.with_models.f1_with_class
            words = self.tr("F1 {f1} on {images}, {time} each")
            note = words.format(
                f1=decimal(f1), images=counted_images(work.images), time=time(work.median_ms)
            )
            bars.append(
                Bar(mode, titles[mode], (BarPart(f1 or 0.0, _MODE_COLOURS[mode]),), note=note)
            )
        self.modes.show_bars(bars, most=1.0)
        if figures.work["blind"].images:
            told = self.tr(
                "Where people who see proposals agree with the model much more than people who"
                " don't, they nod."
            )
        else:
            told = self.tr("No blind image has been handed in yet; see `flawmark blind`.")
        self.modes_told.setText(told)


def _column(*widgets: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for widget in widgets:
        layout.addWidget(widget)
    return page


def _rest() -> QWidget:
    """Takes the room that is left."""
    rest = QWidget()
    rest.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return rest


def _headline(title: str) -> QLabel:
    label = QLabel(title)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, 8, 0, 0)
    return label


def _legend(parts: Sequence[tuple[str, str]]) -> QLabel:
    """(colour, title) of each."""
    label = QLabel(
        " &nbsp; ".join(
            f'<span style="color:{colour}">■</span>&nbsp;{html.escape(title)}'
            for colour, title in parts
        )
    )
    label.setWordWrap(True)
    return label


def _told() -> QLabel:
    label = faint(QLabel())
    label.setWordWrap(True)
    return label
