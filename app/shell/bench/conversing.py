"""The conversation about the image that is open: shown beside it, edited, checked, approved."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QLocale, QObject, Signal

from app.conversations.checks.checking import check_exchange
from app.conversations.rewording.turns import How
from app.conversations.targets.targets import TARGETS
from app.core.conversation import Exchange, Kind
from app.core.errors import UserError
from app.core.language import LANGUAGES, Language
from app.services import converse
from app.services.converse import Conversation
from app.services.record_options import DEFAULT_TARGET, RecordExport
from app.services.record_preview import preview
from app.shell.bench.conversation_desk import Change, Desk
from app.shell.bench.conversation_words import (
    change_words,
    finding_words,
    misplaced_words,
)
from app.shell.bench.document import Document
from app.shell.bench.rewording import Page, Rewording
from app.shell.bench.sight import Sight
from app.shell.bench.writer import Writer
from app.shell.frame.error_words import in_one_text
from app.shell.turn_timer import TurnTimer
from app.storage.project import Project
from widgets.canvas.canvas import Canvas
from widgets.panels.conversation_panel import ConversationPanel, ShownConversation
from widgets.panels.record_preview import RecordPreview

_SETTLED_MS = 60
_LANGUAGE = "conversation_language"


class Conversing(QObject):
    """Works on a thread of its own, beside the one that saves: learning a question set takes a good
    part of a second. Only for what is in sight; of a blind image nothing is told.
    """

    failed = Signal(object)  # UserError

    def __init__(
        self,
        project: Project,
        document: Document,
        sight: Sight,
        canvas: Canvas,
        panel: ConversationPanel,
        *,
        person: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._sight, self._canvas = document, sight, canvas
        self._panel, self._person = panel, person
        self._lane = Writer(project.folder, self)
        self._desk = Desk(person)
        desk = Desk(person)  # its own: that of the lane is for the lane's thread
        self._rewording = Rewording(
            project, lambda opened, language: desk.writers(opened, language)[language], self
        )
        self._seen: Conversation | None = None
        self._preview: RecordPreview | None = None
        kept = project.settings.get(_LANGUAGE, person=person)
        of_screen: Language = "zh" if QLocale().language() == QLocale.Language.Chinese else "en"
        self._language: Language = kept if kept in LANGUAGES else of_screen
        # Who flips through images isn't made to wait for what is told beside them.
        self._soon = TurnTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.due.connect(self._read)
        document.changed.connect(self._take_change)
        document.saved.connect(self.refresh)
        sight.blindness_changed.connect(self.refresh)
        self._connect_panel()
        self._connect_rewording()

    def refresh(self) -> None:
        """Another image is open, or its labels have changed: read anew, in a moment."""
        self._soon.start()

    def leave(self) -> None:
        """What is being typed is saved, before another image comes."""
        self._panel.save_what_is_typed()

    def close(self) -> None:
        """Returns when everything is saved; nothing is read after it."""
        self._soon.stop()
        self._soon.blockSignals(True)
        self._rewording.close()
        self._lane.close()

    def _connect_panel(self) -> None:
        panel, person = self._panel, self._person
        panel.language_chosen.connect(self._choose_language)
        panel.typed.connect(self._check)
        panel.edited.connect(self._edit)
        panel.asked_again.connect(
            lambda place: self._change(
                lambda project, seen: converse.ask_again(
                    project, seen, place, self._desk.writers(project, seen.stored.language)
                )
            )
        )
        panel.removed.connect(
            lambda place: self._change(partial(converse.remove_exchange, index=place))
        )
        panel.added.connect(self._add)
        panel.written_again.connect(
            lambda: self._change(
                lambda project, seen: converse.write_again(
                    project, seen, self._desk.writers(project, seen.stored.language)
                )
            )
        )
        panel.approved.connect(lambda: self._change(partial(converse.approve, person=person)))
        panel.pointed_at.connect(lambda uids: self._canvas.select(list(uids)))
        panel.previewed.connect(self._open_preview)

    def _connect_rewording(self) -> None:
        panel, rewording = self._panel, self._rewording
        panel.reworded.connect(lambda place, how: self._reword(how, place))
        panel.all_reworded.connect(lambda how: self._reword(how, None))
        panel.rewording_stopped.connect(rewording.stop)
        panel.wanted.connect(rewording.look)
        rewording.came.connect(self._take_words)
        rewording.changed.connect(self._show_rewording)
        rewording.failed.connect(self.failed)
        rewording.look()

    def _reword(self, how: How, place: int | None) -> None:
        self._panel.save_what_is_typed()

        def ask(_: object) -> None:
            if self._seen is not None:
                self._rewording.ask(self._seen, how, place)

        self._lane.run(lambda _: None, ask)  # behind what was typed

    def _take_words(self, page: Page, place: int, before: Exchange, after: Exchange) -> None:
        self._change_page(
            page, partial(converse.take_words, index=place, before=before, after=after)
        )

    def _show_rewording(self) -> None:
        self._panel.show_rewording(self._rewording.shown(self._seen))

    def _take_change(self) -> None:
        sheet = self._document.sheet
        if self._seen is not None and (sheet is None or sheet.image_id != self._seen.image.id):
            self._show_nothing()
        self.refresh()

    def _read(self) -> None:
        if not self._panel.isVisible() or self._document.unsaved:
            return  # what is on screen is not yet in the project
        image, sheet, language = self._document.image, self._document.sheet, self._language
        # An image that nobody has looked at is never called one without defects.
        has_labels = sheet is not None and (sheet.annotations or sheet.label.is_normal)
        if image is None or not has_labels or self._sight.is_blind:
            self._show_nothing()
            return
        self._lane.run(
            lambda project: self._desk.open(project, image.id, language), self._take_read
        )

    def _take_read(self, result: Conversation | UserError) -> None:
        if isinstance(result, UserError):
            # Read again at once, it would fail again, and so on.
            self._show_nothing()
            self.failed.emit(result)
        else:
            self._take(result)

    def _take(self, result: Conversation | UserError) -> None:
        if isinstance(result, UserError):
            self.failed.emit(result)
            self.refresh()
            return
        sheet = self._document.sheet
        if sheet is None or sheet.image_id != result.image.id:
            return
        if result.stored.language == self._language:
            self._seen = result
            self._panel.show_conversation(_shown(result))
            self._show_rewording()
            self._show_preview()

    def _show_nothing(self) -> None:
        self._seen = None
        self._panel.show_nothing()
        self._show_rewording()

    def _choose_language(self, language: Language) -> None:
        self._panel.save_what_is_typed()
        self._language = language
        person = self._person
        self._lane.run(
            lambda project: project.settings.put(_LANGUAGE, language, person=person),
            lambda _: self._read(),
        )

    def _check(self, place: int, question: str, answer: str) -> None:
        seen = self._seen
        if seen is None or place >= len(seen.stored.exchanges):
            return
        typed = replace(seen.stored.exchanges[place], question=question, answer=answer)
        found = check_exchange(typed, seen.facts, seen.stored.language)
        self._panel.show_findings(place, [finding_words(each) for each in found])

    def _edit(self, place: int, question: str, answer: str) -> None:
        self._change(
            partial(
                converse.edit_exchange,
                index=place,
                question=question,
                answer=answer,
                person=self._person,
            )
        )

    def _add(self, kind: Kind) -> None:
        self._change(
            partial(converse.add_exchange, kind=kind, question="", answer="", person=self._person)
        )

    def _open_preview(self) -> None:
        if self._preview is None:
            self._preview = RecordPreview(list(TARGETS), DEFAULT_TARGET, self._panel)
            self._preview.target_chosen.connect(self._show_preview)
        self._preview.show()
        self._preview.raise_()
        self._show_preview()

    def _show_preview(self) -> None:
        window, seen = self._preview, self._seen
        if window is None or not window.isVisible() or seen is None:
            return
        options = RecordExport(target=window.targets.currentText())

        def rows(project: Project) -> str:
            language = seen.stored.language
            return preview(project, seen, self._desk.writers(project, language)[language], options)

        def show(result: str | UserError) -> None:
            window.show_text(in_one_text(result) if isinstance(result, UserError) else result)

        self._lane.run(rows, show)

    def _change(self, change: Change) -> None:
        if self._seen is None:
            return
        self._change_page((self._seen.image.id, self._seen.stored.language), change)

    def _change_page(self, page: Page, change: Change) -> None:
        self._lane.run(lambda project: self._desk.change(project, *page, change), self._take)


def _shown(conversation: Conversation) -> ShownConversation:
    stored, findings = conversation.stored, conversation.findings
    language = stored.language
    titles = {
        thing.uid: f"{thing.label_class.label(language)} {number}"
        for number, thing in enumerate(conversation.facts.things, start=1)
    }
    by_place: dict[int, list[str]] = {}
    for finding in findings:
        # The checker counts questions and answers through.
        by_place.setdefault(finding.turn // 2, []).append(finding_words(finding))
    return ShownConversation(
        language,
        stored.exchanges,
        titles,
        by_place,
        tuple(change_words(change) for change in conversation.changes),
        stored.approved_by,
        stored.approved_at,
        tuple(misplaced_words(each, language) for each in conversation.misplaced),
    )
