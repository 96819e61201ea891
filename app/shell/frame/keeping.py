"""What the window remembers, on its way to the disk."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.shell.frame.preferences import Preferences, config_folder, save_preferences
from app.shell.jobs import Jobs


class Keeping(QObject):
    """Writes in a thread of its own: a disk that is busy takes up to a second to say that something
    is on it. `tell` is told on the GUI thread why something can't be kept.
    """

    def __init__(self, tell: Callable[[UserError], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell = tell
        self._jobs = Jobs(self, threads=1)

    def keep(self, preferences: Preferences) -> None:
        """In the order of these calls; after the last, at once."""
        if self._jobs.is_closed:
            self.end_with(preferences)
            return
        self._jobs.run(partial(save_preferences, preferences, config_folder()), self._take)

    def end_with(self, preferences: Preferences) -> None:
        """These are the last: they are written when this returns."""
        self._jobs.close()  # what has not begun is older
        try:
            save_preferences(preferences, config_folder())
        except UserError as e:
            self._tell(e)

    def _take(self, outcome: UserError | None) -> None:
        if outcome is not None:
            self._tell(outcome)
