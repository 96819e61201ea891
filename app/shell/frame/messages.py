"""The one door to the person at the screen: what was done, what went wrong, what to do about it."""

import os
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QObject, Signal

from app.core.errors import UserError
from app.shell.frame.error_words import in_screen_words
from widgets.frame.message_bar import Level, Message, MessageAction

KEPT = 500
_LOG_BYTES = 2**20


class Messages(QObject):
    """May be called from any thread; what is said arrives on the thread it was made in.

    `arrived` brings each message to the bar; `history` keeps the last ones, oldest first.
    """

    arrived = Signal(object)  # Message

    _said = Signal(object)  # Message

    def __init__(self, log_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log_file = log_file
        self._logging = threading.Lock()
        self._history: list[Message] = []
        self._said.connect(self._take)

    @property
    def history(self) -> tuple[Message, ...]:
        return tuple(self._history)

    def info(self, what: str, *, hint: str = "", action: MessageAction | None = None) -> None:
        """Goes by itself after a while."""
        self._say("info", what, hint, action)

    def saved(self, what: str) -> None:
        """Like info, in the colour of what is safe."""
        self._say("saved", what)

    def warn(self, what: str, *, hint: str = "", action: MessageAction | None = None) -> None:
        """Stays until it is dismissed, as errors do."""
        self._say("warning", in_screen_words(what), in_screen_words(hint), action)

    def refuse(self, error: UserError) -> None:
        """Why a move did nothing; goes by itself, and as soon as another one is made."""
        self._say("refusal", in_screen_words(error.what), in_screen_words(error.hint))

    def error(self, error: UserError, *, action: MessageAction | None = None) -> None:
        """The world's fault, in its own words."""
        self._say("error", in_screen_words(error.what), in_screen_words(error.hint), action)

    def bug(self, error: BaseException) -> None:
        """Our fault: its trace goes to the log file, and people are told where that is."""
        what = self.tr("Something in Flawmark went wrong: {error}")
        named = f"{type(error).__name__}: {error}".rstrip(": ")
        self._say("error", what.format(error=named), self._logged(error))

    def _say(
        self, level: Level, what: str, hint: str = "", action: MessageAction | None = None
    ) -> None:
        self._said.emit(Message(level, what, hint, datetime.now().astimezone(), action))

    def _take(self, message: Message) -> None:
        self._history.append(message)
        del self._history[:-KEPT]
        self.arrived.emit(message)

    def _logged(self, error: BaseException) -> str:
        """What to do next, in words."""
        if sys.stderr is not None:  # a bundle without a console has none
            traceback.print_exception(error)
        try:
            with self._logging:
                _append(self._log_file, "".join(traceback.format_exception(error)))
        except OSError as e:
            hint = self.tr("What was shown as saved is safe. Its trace could not be kept: {why}")
            return hint.format(why=e.strerror or e)
        hint = self.tr("What was shown as saved is safe. Its trace, to report it, is in {path}")
        return hint.format(path=self._log_file)


def log_file() -> Path:
    """Where traces go: the folder of FLAWMARK_CACHE, or the system's for logs."""
    folder = os.environ.get("FLAWMARK_CACHE") or platformdirs.user_log_dir("flawmark")
    return Path(folder) / "flawmark.log"


def install_excepthook(messages: Messages) -> Callable[[], None]:
    """Nothing that is raised on any thread goes unsaid. Returns what puts the old hooks back."""
    old, old_threading = sys.excepthook, threading.excepthook
    saying = threading.local()

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        # A failure in what shows messages must not be said by it.
        if getattr(saying, "now", False) or isinstance(error, KeyboardInterrupt):
            old(kind, error, trace)
            return
        saying.now = True
        try:
            say = messages.error if isinstance(error, UserError) else messages.bug
            say(error)  # type: ignore[arg-type]
        finally:
            saying.now = False

    def hook_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            hook(args.exc_type, args.exc_value, args.exc_traceback)

    def restore() -> None:
        sys.excepthook, threading.excepthook = old, old_threading

    sys.excepthook, threading.excepthook = hook, hook_of_thread
    return restore


def _append(file: Path, trace: str) -> None:
    """A log that has grown large becomes `.old`, so that no loop of failures fills the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.stat().st_size > _LOG_BYTES:
        file.replace(file.with_suffix(".old"))
    with file.open("a", encoding="utf-8") as log:
        log.write(f"{datetime.now().astimezone().isoformat(timespec='seconds')}\n{trace}\n")
