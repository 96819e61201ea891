"""A VLM asked about many images in the background, and where it and the labels differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QObject, Qt, Signal

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.language import Language
from app.core.progress import Cancelled, Progress
from app.core.scores import ClassBox
from app.core.shape import Shape
from app.core.stopping import Stop
from app.core.survey import Survey
from app.services.ask_model import can_enlarge
from app.services.chat_servers import chat_with
from app.services.survey import SurveyOptions, SurveyReport, run_survey
from app.services.survey_results import Measured, measure
from app.shell.bench.document import Document
from app.shell.bench.guests import Guests
from app.shell.bench.seeing_servers import SeeingServers
from app.shell.bench.writer import Writer
from app.shell.frame.error_words import in_one_text, in_screen_words
from app.shell.turn_timer import TurnTimer
from app.storage.project import Project
from widgets.canvas.ghost import Guest
from widgets.panels.survey_form import SurveyWish
from widgets.panels.survey_panel import SurveyPanel
from widgets.words import class_title, counted_images

_SETTLED_MS = 300
_UNKNOWN_COLOUR = "#d8d8d8"


@dataclass(frozen=True, slots=True)
class _Read:
    """What the panel shows, as it was read in another thread."""

    surveys: list[Survey]
    measured: Measured | None


class Surveying(QObject):
    """One survey is asked at a time, on a thread of its own; what is kept is read on another.

    A click on an image where they differ opens it, with what the VLM drew as guests on it.
    """

    failed = Signal(object)  # UserError
    opened = Signal(int)  # a person wants to see that image

    _went_on = Signal(object, object)  # Stop of the survey, Progress; from its thread

    def __init__(
        self,
        project: Project,
        document: Document,
        guests: Guests,
        panel: SurveyPanel,
        *,
        classes: Callable[[], Mapping[int, LabelClass]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._guests = project, document, guests
        self._panel, self._classes = panel, classes
        self._reading, self._asking = Writer(project.folder, self), Writer(project.folder, self)
        self._servers = SeeingServers()
        self._survey: int | None = None
        self._is_looked_at = False
        self._measured: Measured | None = None
        self._stop: Stop | None = None
        self._soon = TurnTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.due.connect(self._read)
        self._went_on.connect(self._tell_progress, Qt.ConnectionType.QueuedConnection)
        document.saved.connect(self._take_change)
        panel.left.connect(self.leave)
        panel.survey_chosen.connect(self._choose_survey)
        panel.picked.connect(self._open)
        panel.form.looked_again.connect(self.list_servers)
        panel.form.server_chosen.connect(self._choose)
        panel.form.started.connect(self._begin)
        panel.form.stopped.connect(self.stop)

    def look(self) -> None:
        """Somebody looks at the panel, perhaps back from a terminal."""
        self.list_servers()
        if self._is_looked_at:
            return
        self._is_looked_at = True
        self._read()

    def leave(self) -> None:
        """Nobody looks at it any more; what is asked goes on."""
        self._is_looked_at = False
        self._guests.clear(self)

    def list_servers(self) -> None:
        """Reads again which there are; shows them where they are others."""
        try:
            if not self._servers.read():
                return
        except UserError as e:
            self._panel.form.show_servers((), "", in_one_text(e))
            return
        lacking = self.tr(
            "No server of a model that sees pictures is configured on this machine; the panel Ask"
            " says how to add one. Nothing is sent anywhere until then."
        )
        names, chosen = self._servers.names, self._servers.chosen_name
        self._panel.form.show_servers(names, chosen, lacking)
        self._tell_where()

    def stop(self) -> None:
        """What was answered is saved; the same wish goes on from there."""
        if self._stop is not None:
            self._stop.request()

    def close(self) -> None:
        """Returns when nothing is asked or read any more."""
        self.stop()
        self._document.saved.disconnect(self._take_change)
        self._soon.stop()
        for lane in (self._asking, self._reading):
            lane.blockSignals(True)
            lane.close()

    def _choose(self, name: str) -> None:
        self._servers.choose(name)
        self._tell_where()

    def _tell_where(self) -> None:
        server = self._servers.chosen
        self._panel.form.show_enlarging(server is not None and can_enlarge(server))
        is_elsewhere = server is not None and not server.is_on_this_machine
        words = self.tr("Photos and questions are sent to {url}.")
        told = words.format(url=server.url) if server and is_elsewhere else ""
        self._panel.form.show_told(told)

    def _begin(self, wish: SurveyWish) -> None:
        server = self._servers.find(wish.server)
        if server is None or self._stop is not None:
            return
        if self._document.unsaved:
            self._panel.form.show_told(self.tr("What you drew is being saved; ask in a moment."))
            return
        language: Language = "zh" if QLocale().language() == QLocale.Language.Chinese else "en"
        options = SurveyOptions(
            images=wish.images,
            kinds=wish.kinds,
            language=language,
            findings=wish.findings,
            enlarge=wish.enlarge,
        )
        stop, person = Stop(), self._document.person
        self._stop = stop

        def work(project: Project) -> SurveyReport | None:
            try:
                return run_survey(
                    project,
                    chat_with(server, project.folder / "cache", stop=stop),
                    options,
                    actor=person,
                    on_progress=lambda told: self._went_on.emit(stop, told),
                    stop=stop,
                )
            except Cancelled:
                return None

        self._panel.form.show_running(self.tr("Asking {server} …").format(server=server.name))
        self._asking.run(work, self._take_report, broke=lambda: self._end(""))

    def _tell_progress(self, stop: Stop, told: Progress) -> None:
        if stop is self._stop and not stop.requested and told.total:
            words = self.tr("Asked about {done} of {images}").format(
                done=f"{told.done:,}", images=counted_images(told.total)
            )
            self._panel.form.show_running(words, told.done, told.total)

    def _take_report(self, result: SurveyReport | UserError | None) -> None:
        if isinstance(result, UserError):
            self._end(in_one_text(result))
            self.failed.emit(result)
        elif result is None:
            self._end(self.tr("Stopped. What was answered is saved; Ask goes on from there."))
        else:
            if result.survey is not None:
                self._survey = result.survey.id
            self._end(self._report_words(result))
        self._read()

    def _end(self, words: str) -> None:
        self._stop = None
        self._panel.form.show_running("")
        if words:
            self._panel.form.show_told(words)

    def _report_words(self, report: SurveyReport) -> str:
        words = self.tr("New answers: {n}, there before: {kept}. Tokens: {tokens}.").format(
            n=f"{report.answers:,}",
            kept=f"{report.kept:,}",
            tokens=f"{report.usage.tokens_in + report.usage.tokens_out:,}",
        )
        lines = [words, *map(in_screen_words, report.notes)]
        if report.usage.cost:
            lines.append(self.tr("Cost: {cost}.").format(cost=f"{report.usage.cost:.4g}"))
        if report.failed:
            failed = self.tr("Images without an answer: {n}. {first}")
            first = in_screen_words(report.failed[0].what)
            lines.append(failed.format(n=f"{len(report.failed):,}", first=first))
        return "\n".join(lines)

    def _take_change(self) -> None:
        """Figures are those of the labels as they are now."""
        if self._panel.isVisible():
            self._soon.start()

    def _choose_survey(self, survey_id: int) -> None:
        self._survey = survey_id
        self._guests.clear(self)
        self._read()

    def _read(self) -> None:
        wanted, person = self._survey, self._document.person

        def work(project: Project) -> _Read:
            surveys = project.surveys.all()
            chosen = next((s for s in surveys if s.id == wanted), surveys[-1] if surveys else None)
            if chosen is None:
                return _Read(surveys, None)
            second = project.second.given_to(person)  # of those they know nothing
            return _Read(surveys, measure(project, chosen, but=second))

        self._reading.run(work, self._show)

    def _show(self, result: _Read | UserError) -> None:
        if isinstance(result, UserError):
            self.failed.emit(result)
            return
        measured = self._measured = result.measured
        chosen = None if measured is None else measured.survey.id
        self._panel.show_surveys(result.surveys, chosen)
        titles = {c.id: class_title(c) for c in self._classes().values()}
        photos = {} if measured is None else {i: e.path for i, e in measured.images.items()}
        self._panel.show_result(None if measured is None else measured.result, titles, photos)

    def _open(self, image_id: int) -> None:
        """With all that the VLM drew on it, right or wrong."""
        measured = self._measured
        if measured is None:
            return
        boxes = [box for a in measured.answers if a.image_id == image_id for box in a.seen]
        self._guests.show(self, image_id, [self._guest(n, box) for n, box in enumerate(boxes, 1)])
        self.opened.emit(image_id)

    def _guest(self, number: int, box: ClassBox) -> Guest:
        found = self._classes().get(box.class_id or 0)
        title = self.tr("unknown") if found is None else class_title(found)
        colour = _UNKNOWN_COLOUR if found is None else found.colour
        return Guest(Shape(box.box), colour, f"{number} {title}")
