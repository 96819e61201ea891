"""Work on the GUI thread that takes long, done in several turns of its event loop."""

from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer


class Turns(QObject):
    """One piece of work at a time: a generator, that is gone on with once the loop had its turn.

    What is met half done would be met by everything that comes in between, so whoever needs it
    whole asks for `finish` first.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: Generator[object] | None = None
        self._is_in_step = False
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._step)

    @property
    def are_left(self) -> bool:
        """Whether there is more to do."""
        return self._work is not None

    def begin(self, work: Generator[object]) -> None:
        """Its first step at once, in the place of the work before it; by no step of that work."""
        assert not self._is_in_step
        self.drop()
        self._work = work
        self._step()

    def finish(self) -> None:
        """All that is left, at once. Does nothing for who is a step of the work itself."""
        while self._work is not None and not self._is_in_step:
            self._step()

    def drop(self) -> None:
        """What is left is not done: the work is closed where it stands, and cleans up itself. Does
        nothing for who is a step of it.
        """
        self._next.stop()
        work, self._work = self._work, None
        if work is not None:
            work.close()

    def _step(self) -> None:
        work = self._work
        if work is None or self._is_in_step:
            return
        self._next.stop()
        self._is_in_step, self._work = True, None  # where a step fails, nothing is left of it
        try:
            has_ended = next(work, self) is self
        finally:
            self._is_in_step = False
        if not has_ended:
            self._work = work
            self._next.start()
