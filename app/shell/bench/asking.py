"""Questions about the image that is open, put to a language model on a server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QObject, Signal

from app.core.chat import ChatServer
from app.core.conversation import Claim
from app.core.errors import UserError
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.language import Language
from app.core.progress import Cancelled
from app.core.stopping import Stop
from app.services.ask_model import (
    Asked,
    Question,
    ask_model,
    can_enlarge,
    findings_of,
    language_of,
    ready_questions,
    request_for,
    writer_for,
)
from app.services.chat_servers import chat_with
from app.shell.bench.answers import Answers
from app.shell.bench.document import Document
from app.shell.bench.seeing_servers import SeeingServers
from app.shell.bench.sight import Sight
from app.shell.bench.writer import Writer
from app.shell.frame.error_words import in_one_text
from app.storage.project import Project
from widgets.panels.ask_panel import AskPanel, ReadyQuestions
from widgets.words import class_title

_EXAMPLE = "flawmark servers add here http://127.0.0.1:8000/v1 --vlm qwen2.5-vl"


@dataclass(frozen=True, slots=True)
class _UnderWay:
    image_id: int
    stop: Stop


class Asking(QObject):
    """One question at a time, on a thread of its own. About a blind image nothing is asked."""

    failed = Signal(object)  # UserError

    def __init__(
        self,
        project: Project,
        document: Document,
        sight: Sight,
        answers: Answers,
        panel: AskPanel,
        *,
        classes: Callable[[], Mapping[int, LabelClass]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._sight = project, document, sight
        self._answers, self._panel, self._classes = answers, panel, classes
        self._lane = Writer(project.folder, self)
        self._servers = SeeingServers()
        self._is_closed = False
        self._boxes_alone: set[str] = set()
        self._under_way: _UnderWay | None = None
        document.changed.connect(self._judge)
        sight.blindness_changed.connect(self._judge)
        panel.looked_again.connect(self.list_servers)
        panel.server_chosen.connect(self._choose)
        panel.asked.connect(self._ask)
        panel.stopped.connect(self.stop)

    def look(self) -> None:
        """Somebody looks at the panel, perhaps back from a terminal."""
        self.list_servers()
        self._judge()
        self._answers.refresh()

    def list_servers(self) -> None:
        """Reads again which there are; and what may be asked of them, where there are others."""
        try:
            if not self._servers.read():
                return
        except UserError as e:
            self._panel.show_servers((), "", in_one_text(e))
            return
        lacking = self.tr(
            "No server of a language model is configured on this machine. Nothing is sent anywhere"
            " until you add one, in a terminal:"
        )
        if self._servers.is_any:
            lacking = self.tr(
                "None of the servers is said to see pictures. Add one with the name of its VLM:"
            )
        names, chosen = self._servers.names, self._servers.chosen_name
        self._panel.show_servers(names, chosen, lacking, _EXAMPLE)
        self._tell_where()
        self.take_classes()

    def take_classes(self) -> None:
        """Learns what the question set asks of the classes as they are now."""
        if self._is_closed or not self._servers.names:
            return
        language: Language = "zh" if QLocale().language() == QLocale.Language.Chinese else "en"
        self._lane.run(
            lambda project: ready_questions(writer_for(project, language), project.classes.all()),
            self._take_ready,
        )

    def stop(self) -> None:
        if self._under_way is not None:
            self._under_way.stop.request()

    def close(self) -> None:
        """Returns when nothing is asked any more."""
        self.stop()
        self._is_closed = True  # classes may still become others
        self._lane.blockSignals(True)
        self._lane.close()

    def _judge(self) -> None:
        """Whether something can be asked about what is on screen."""
        why_not = ""
        if self._document.image is None:
            why_not = self.tr("No photo is open.")
        elif self._sight.is_blind:
            why_not = self.tr("This image is shown blind: look at it yourself first.")
        self._panel.set_impossible(why_not)

    def _choose(self, name: str) -> None:
        self._servers.choose(name)
        self._tell_where()

    def _tell_where(self) -> None:
        """What leaves the machine does so with the person's knowledge."""
        server = self._servers.chosen
        self._panel.show_enlarging(server is not None and can_enlarge(server))
        words = ""
        if server is not None and not server.is_on_this_machine:
            words = self.tr("Photo and question are sent to {url}.").format(url=server.url)
        self._panel.show_told(words)

    def _take_ready(self, result: Sequence[Question] | UserError) -> None:
        if isinstance(result, UserError):
            self.failed.emit(result)
            return
        self._boxes_alone |= {question.text for question in result if question.boxes_alone}
        titles = {c.id: class_title(c) for c in self._classes().values()}
        groups: dict[int | None, list[str]] = {}
        for question in result:
            groups.setdefault(question.class_id, []).append(question.text)
        self._panel.show_ready(
            [ReadyQuestions(titles.get(key or 0, ""), tuple(t)) for key, t in groups.items()]
        )

    def _findings(self) -> tuple[Claim, ...]:
        """What models drew and the person may know of."""
        sheet = self._document.sheet
        seen = [] if sheet is None else self._sight.judged(self._sight.boxes_for(sheet))
        return findings_of(seen, self._project.runs.imports())

    def _ask(self, text: str, with_findings: bool, enlarge: bool) -> None:
        image, server = self._document.image, self._servers.chosen
        if image is None or server is None or self._under_way is not None:
            return
        findings = self._findings() if with_findings else ()
        question = Question(text, text in self._boxes_alone, findings)
        # The same again is asked for another answer, not for the one that is there.
        attempt = self._answers.count(image.id, question, server.name)
        self._under_way = _UnderWay(image.id, Stop())
        words = self.tr("Asking {server} about {photo} …")
        photo = image.path.rpartition("/")[2]
        self._panel.show_asking(words.format(server=server.name, photo=photo))
        stop = self._under_way.stop
        self._lane.run(
            lambda project: _answer(
                project, server, image, question, attempt, stop, enlarge=enlarge
            ),
            self._take_answer,
            broke=lambda: self._end(""),
        )

    def _take_answer(self, result: Asked | UserError | None) -> None:
        under_way = self._under_way
        assert under_way is not None
        if isinstance(result, UserError):
            self._end(in_one_text(result))
            self.failed.emit(result)
        elif result is None:
            self._end(self.tr("Stopped."))
        else:
            self._end("")
            self._answers.add(under_way.image_id, result)

    def _end(self, words: str) -> None:
        self._under_way = None
        self._panel.show_asking("")
        self._tell_where()
        if words:
            self._panel.show_told(words)


def _answer(
    project: Project,
    server: ChatServer,
    image: Image,
    question: Question,
    attempt: int,
    stop: Stop,
    *,
    enlarge: bool,
) -> Asked | None:
    """None when it was stopped."""
    try:
        chat = chat_with(server, project.folder / "cache", stop=stop)
        photo = project.images.get(image.id).path  # the person may know it by another
        request = request_for(
            *(server, writer_for(project, language_of(question.text)), image),
            *(project.locate(photo), project.classes.all(), question),
            enlarge=enlarge,
        )
        return ask_model(chat, request, question, attempt=attempt)
    except Cancelled:
        return None
