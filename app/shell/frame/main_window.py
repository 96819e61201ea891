"""The window: the start page, or one project on the bench; and what holds for both."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import UserError
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.sheet import Sheet
from app.shell.bench.workbench import Workbench
from app.shell.frame.appearance import Appearance
from app.shell.frame.demo_making import DemoMaking
from app.shell.frame.exporting import Exporting
from app.shell.frame.help_pages import HelpPages
from app.shell.frame.keeping import Keeping
from app.shell.frame.language import LanguageChoice, use_language
from app.shell.frame.leaving import Leaving
from app.shell.frame.messages import Messages, log_file
from app.shell.frame.opening import Opening
from app.shell.frame.preferences import config_folder, load_preferences
from app.shell.frame.start import Start
from app.shell.frame.status import StatusTelling
from app.shell.frame.theme import ThemeChoice
from app.shell.keys import bindings
from app.shell.keys.action_set import ActionSet
from app.shell.keys.focus_keys import takes_text
from app.shell.keys.key_map import (
    KeyMap,
    key_for_class,
    shown_class_keys,
    shown_key,
    taken_characters,
)
from app.storage.project import Project
from widgets.canvas.canvas import Canvas
from widgets.frame.image_strip import ImageStrip
from widgets.frame.message_bar import MessageBar
from widgets.frame.pages import Pages
from widgets.frame.part_by_part import PartByPart
from widgets.frame.start_page import StartPage
from widgets.frame.status_line import StatusLine


class MainWindow(QMainWindow):
    """Opens and closes projects; the rest is said to the one that is open."""

    def __init__(self) -> None:
        super().__init__()
        self.messages = Messages(log_file(), self)
        self.preferences, trouble = load_preferences(config_folder())
        self._leaving = Leaving(self.messages, self)
        self._keeping = Keeping(self.messages.error, self)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        use_language(application, self.preferences.language)
        self.action_set = ActionSet(self, KeyMap(self.preferences.keys))
        self.strip, self.status = ImageStrip(), StatusLine()
        self.start_page, self._bench_page = StartPage(), QWidget()
        self.pages = Pages()
        self.painting = PartByPart(self)
        self.appearance = Appearance(self, self.painting, self.action_set, self.preferences)
        self.appearance.theme_chosen.connect(self._keep_theme)
        self.appearance.language_chosen.connect(self._keep_language)
        self._lay_out()
        self._opening = Opening(self)
        self.start, self._demo = Start(self), DemoMaking(self)
        self._exporting = Exporting(self)
        self._help = HelpPages(self)
        self.panels_menu = QMenu(self.tr("Panels"), self)
        self._clashes: frozenset[str] = frozenset()
        self._telling = StatusTelling(self.status)
        self._bind()
        self.close_project()
        self.messages.arrived.connect(self._bar.show_message)
        if trouble is not None:
            self.messages.error(trouble)

    @property
    def bench(self) -> Workbench | None:
        """The project that is open; one that is being opened is whole for whoever asks for it."""
        return self._opening.bench

    @property
    def is_opening(self) -> bool:
        """A project is on its way to the screen, which stays as it was."""
        return self._opening.is_under_way

    def open_project(self, project: Project) -> None:
        """On the bench, in the place of the one before. From now on the window owns it: what can't
        be opened is closed. Raises what was in the way.
        """
        self._opening.open(project)

    def open_folder(self, folder: Path) -> None:
        """The project in that folder; what is in the way of it is told."""
        if not self.may_leave(lambda: self.open_folder(folder)):
            return
        try:
            self.start.person()  # or nobody could be named for what is done to it
            project = Project.open(folder)
        except UserError as e:
            self.messages.error(e)
            return
        self.open_project(project)

    def close_project(self) -> None:
        """Saves all that is to be saved, and goes to the start page."""
        self._opening.close()

    def may_leave(self, go: Callable[[], object]) -> bool:
        """Whether the project that is open, if any, may be left now; else `go` is called later."""
        # In one that is not yet on screen nothing was done.
        return self._leaving.may_leave(None if self.is_opening else self.bench, go)

    def leave_project(self) -> None:
        """To the start page, once all is saved."""
        if self.may_leave(self.leave_project):
            self.close_project()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_leave(self.close):
            event.ignore()
            return
        self.close_project()
        self.start.close()
        self._demo.close()
        self._exporting.close()
        self.preferences = replace(
            self.preferences, geometry=bytes(self.saveGeometry().toBase64().data()).decode()
        )
        self._keeping.end_with(self.preferences)
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A project is opened; photos come into the project that is open."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.start.take_dropped(paths)

    def show_canvas(self, canvas: Canvas) -> None:
        """In the place of the start page."""
        self._bench_column.addWidget(canvas, 1)
        self.pages.setCurrentWidget(self._bench_page)

    def set_keys(self, key_map: KeyMap) -> None:
        """From now on, and the next time."""
        self.action_set.set_keys(key_map)
        self.preferences = replace(self.preferences, keys=key_map.changed)
        self.take_classes()
        self.save_preferences()

    def save_preferences(self) -> None:
        """As they are now; the disk is not waited for."""
        self._keeping.keep(self.preferences)

    def _lay_out(self) -> None:
        self._bench_column = QVBoxLayout(self._bench_page)
        self._bench_column.setContentsMargins(0, 0, 0, 0)
        self._bench_column.setSpacing(0)
        self._bench_column.addWidget(self.strip)
        self.pages.addWidget(self.start_page)
        self.pages.addWidget(self._bench_page)
        self.setCentralWidget(self.pages)
        self._bar = MessageBar(self.pages, below=self.strip)
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        room = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(1480, room.width()), min(940, room.height()))
        if self.preferences.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self.preferences.geometry.encode()))

    def _bind(self) -> None:
        bindings.bind(self.action_set, lambda: self.bench)
        actions = self.action_set
        actions.bind("new", self.start.ask_new)
        actions.bind("add_photos", self.start.ask_photos)
        actions.bind("export", self._exporting.ask)
        actions.bind("open", self.start.ask_open)
        actions.bind("start_page", self.leave_project)
        actions.bind("quit", self.close)
        actions.bind("cheat_sheet", self._help.toggle_cheat_sheet)
        actions.bind("keys", self._help.show_key_editor)
        actions.bind("messages", self._help.show_messages)
        self.appearance.load_icons(self.start_page)
        actions.add_menus(self.menuBar())["view"].addMenu(self.panels_menu)
        # Fixed, so it is in no table: it leaves whatever there is to leave.
        QShortcut(QKeySequence("Esc"), self, self._leave_begun)
        self.status.cancel_wanted.connect(actions.action("cancel_model").trigger)
        self.strip.tag_toggled.connect(actions.tag_picked)
        self.strip.normal_toggled.connect(lambda _: actions.action("mark_normal").trigger())
        self.strip.reveal_wanted.connect(actions.action("reveal_blind").trigger)
        self.strip.approve_wanted.connect(actions.action("approve_next").trigger)
        self.strip.return_wanted.connect(actions.action("return").trigger)
        self.strip.comments_wanted.connect(self._bring_up_comments)
        self.strip.all_scores_wanted.connect(self._show_all_scores)

    def _bring_up_comments(self) -> None:
        if self.bench is not None:
            self.bench.panels.bring_up("comments")

    def _show_all_scores(self) -> None:
        if self.bench is not None:
            self.bench.panels.proposals.set_least_score(0.0)

    def _leave_begun(self) -> None:
        """A field, what is begun or selected; where there is none of it, what is said."""
        was_typing = takes_text(QApplication.focusWidget())
        if self.bench is not None:
            self.bench.canvas.setFocus()
            if self.bench.canvas.cancel() or was_typing:
                return
        self._bar.dismiss_shown()

    def follow(self, bench: Workbench) -> None:
        """From now on this one is told of, and keys are tied to it."""
        self._clashes = frozenset()
        self._telling.follow(bench)
        bench.opened.connect(self._take_image)
        for went_on in (bench.opened, bench.document.applied, bench.document.reverted):
            went_on.connect(self._bar.drop_refusal)
        bench.showing.shown.connect(self._take_sheet)
        bench.showing.classes_changed.connect(self.take_classes)
        bench.panels.classes.key_wanted.connect(self._give_key)
        bench.sight.blindness_changed.connect(self.strip.show_blind)
        bench.showing.below_score.connect(self.strip.show_below_score)
        bench.telling.waiting.connect(lambda said: self.strip.show_waiting(len(said)))
        for changed in (
            bench.sight.origins_changed,
            bench.sight.brought_out,
            bench.panels.looking.changed,
            bench.canvas.tool_changed,
        ):
            changed.connect(lambda *_: bindings.show_state(self.action_set, bench))
        bindings.start(self.action_set)
        bindings.show_state(self.action_set, bench)

    def _take_image(self, image: Image | None) -> None:
        assert self.bench is not None
        project = self.bench.project.folder.name
        if image is None:
            self.strip.show_nothing()
            self.setWindowTitle(f"{project} – Flawmark")
        else:
            self.setWindowTitle(f"{Path(image.path).name} – {project} – Flawmark")

    def _take_sheet(self, sheet: Sheet) -> None:
        assert self.bench is not None
        self.strip.show_label(sheet.label)
        keys = self.action_set.key_map
        self.strip.show_reviewing(
            self.bench.reviewing.is_on,
            (shown_key(keys, "accept_submit_next"), shown_key(keys, "return")),
        )
        bindings.show_state(self.action_set, self.bench)

    def take_classes(self) -> None:
        """What keys they have now, in the panel and for who presses them."""
        if self.bench is not None:
            tags = [name for name, _ in self.bench.project.tags()]
            self.bench.panels.classes.set_keys(
                shown_class_keys(self.bench.classes, self.action_set.key_map)
            )
            self._tell_clashes(self.action_set.set_classes(self.bench.classes, tags))

    def _give_key(self, class_id: int, key: str) -> None:
        """To a class: what an action has stays the action's."""
        assert self.bench is not None
        key_map = self.action_set.key_map
        try:
            hotkey = key and key_for_class(key_map, key)
        except UserError as e:
            self.messages.refuse(e)
        else:
            taken = taken_characters(key_map)
            self.bench.class_choice.set_key(class_id, hotkey, taken=taken)

    def _tell_clashes(self, classes: Sequence[LabelClass]) -> None:
        """Once for a project: each change of keys would say it again."""
        for each in classes:
            if each.name not in self._clashes:
                words = self.tr("The key {key} of class {name} does something else here.")
                self.messages.info(words.format(key=each.hotkey, name=each.name))
        self._clashes |= {each.name for each in classes}

    def _keep_theme(self, theme: ThemeChoice) -> None:
        self.preferences = replace(self.preferences, theme=theme)
        self.save_preferences()

    def _keep_language(self, language: LanguageChoice) -> None:
        self.preferences = replace(self.preferences, language=language)
        self.save_preferences()
        self.messages.info(self.tr("The language changes when Flawmark is started again."))
