"""Somebody who does everything that the window can do, by keys and the mouse."""

import random
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.core.annotation import Annotation
from app.shell.frame.main_window import MainWindow
from tests.gui.bench_driver import BenchDriver

Key = Qt.Key
Moves = Iterator[None]
"""Yields after each thing that a hand does, so that the event loop has its turn."""

Shift, Control, Alt = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
_NO_KEY = Qt.KeyboardModifier.NoModifier
_PAUSE_MS = 15
_WAITS_FOR_PHOTO = 400  # pauses: six seconds
_LEFT = Qt.MouseButton.LeftButton


class BusyPerson(QObject):
    """Does `count` things in an order that `seed` decides, then calls `done`.

    `tell` is told what is done next. Before each the person rests for so long: people who are quick
    do two or three things a second; without a rest it's sixteen.
    """

    def __init__(
        self,
        window: MainWindow,
        count: int,
        tell: Callable[[str], object],
        done: Callable[[], object],
        *,
        seed: int = 1,
        rest_ms: int = 0,
    ) -> None:
        super().__init__(window)
        self._driver = BenchDriver(QTest, window)  # type: ignore[arg-type] - only its keyClick
        self._window, self._tell, self._done = window, tell, done
        self._rng = random.Random(seed)
        self.did: dict[str, int] = {}
        self._plan = self._all(count)
        self._rests = rest_ms // _PAUSE_MS
        self._timer = QTimer(self, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        self._timer.start()

    def _go_on(self) -> None:
        if next(self._plan, self) is self:
            self._timer.stop()
            self._done()

    def _all(self, count: int) -> Iterator[None]:
        kinds = dict(self._kinds())
        names, weights = list(kinds), [weight for _, weight in kinds.values()]
        # Each at least once, however short the hour is.
        chosen = names + self._rng.choices(names, weights, k=max(count - len(names), 0))
        self._rng.shuffle(chosen)
        for name in chosen:
            yield from repeat(None, self._rests)
            yield from self._wait_for_photo()
            self.did[name] = self.did.get(name, 0) + 1
            self._tell(name)
            yield from kinds[name][0]()

    def _kinds(self) -> Iterator[tuple[str, tuple[Callable[[], Moves], int]]]:
        """By name: what is done, and how often it is done beside the others."""
        pressed = {
            "next": (30, Key.Key_D),
            "previous": (8, Key.Key_A),
            "submit": (15, Key.Key_Space),
            "next unfinished": (2, Key.Key_D, Shift),
            "back": (2, Key.Key_Left, Alt),
            "normal": (2, Key.Key_N),
            "tag": (3, Key.Key_1, Alt),
            "undo": (12, Key.Key_Z, Control),
            "redo": (5, Key.Key_Y, Control),
            "accept all": (3, Key.Key_E, Shift),
            "reject all": (1, Key.Key_X, Shift),
            "next box": (6, Key.Key_Period),
            "box under pointer": (3, Key.Key_Tab),
            "take over": (1, Key.Key_T),
            "fit": (3, Key.Key_F),
            "1:1": (3, Key.Key_Z),
            "close up": (3, Key.Key_G),
            "zoom in": (4, Key.Key_Plus),
            "zoom out": (4, Key.Key_Minus),
            "crosshair": (1, Key.Key_C),
            "magnifier": (1, Key.Key_M),
            "reopen": (1, Key.Key_R, Control),
            "uncover": (1, Key.Key_U),
            "carry over": (1, Key.Key_T, Shift),
        }
        for name, (weight, *press) in pressed.items():
            yield name, (lambda press=press: self._press(*press), weight)
        hands = {
            "draw": (12, self._draw),
            "drag": (12, self._drag),
            "class": (8, self._classify),
            "delete": (5, self._delete),
            "nudge": (4, self._nudge),
            "duplicate": (2, self._duplicate),
            "polygon": (2, self._polygon),
            "brush": (1, self._brush),
            "wheel": (5, self._wheel),
            "pan": (3, self._pan),
            "hover": (6, self._hover),
            "look": (4, self._look),
            "compare": (2, self._compare),
            "state filter": (3, self._filter),
            "search": (2, self._search),
            "sort": (1, self._sort),
            "scroll": (4, self._scroll),
            "pick image": (4, self._pick),
            "panel": (5, self._panel),
            "history": (2, self._history),
            "score": (2, self._score),
            "comment": (1, self._comment),
            "cheat sheet": (1, self._cheat_sheet),
            "theme": (1, self._theme),
            "segment": (2, self._segment),
            "fit to content": (2, self._fit_to_content),
            "find similar": (1, self._find_similar),
            "fills": (1, self._fills),
            "record": (1, self._record),
            "wall": (1, self._wall),
        }
        for name, (weight, hand) in hands.items():
            yield name, (hand, weight)

    # What hands do

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NO_KEY) -> Moves:
        self._driver.press(key, modifier)
        yield

    def _wait_for_photo(self) -> Moves:
        bench = self._driver.bench
        yield
        for _ in range(_WAITS_FOR_PHOTO):
            if bench.viewing.is_there or bench.document.sheet is None or bench.canvas.message:
                return
            yield

    def _some_box(self) -> Annotation | None:
        boxes = self._driver.canvas.visible_annotations()
        return self._rng.choice(boxes) if boxes else None

    def _somewhere(self) -> tuple[float, float]:
        sheet = self._driver.sheet
        at = self._rng.uniform(0.1, 0.8), self._rng.uniform(0.1, 0.8)
        return at[0] * sheet.width_px, at[1] * sheet.height_px

    def _draw(self) -> Moves:
        x, y = self._somewhere()
        yield from self._press(Key.Key_W)
        self._driver.click((x, y))
        yield
        self._driver.hover((x + 60, y + 40))
        yield
        self._driver.click((x + 60, y + 40))
        yield
        yield from self._press(Key.Key_V)

    def _drag(self) -> Moves:
        box = self._some_box()
        if box is None:
            return
        start = (box.box.right, box.box.centre[1])
        self._driver.drag(start, (start[0] + 6, start[1]), let_go=False)
        yield
        self._driver.let_go((start[0] + 12, start[1]))
        yield

    def _select(self) -> Moves:
        box = self._some_box()
        if box is not None:
            self._driver.click(box.box.centre)
        yield

    def _classify(self) -> Moves:
        yield from self._select()
        yield from self._press(self._rng.choice((Key.Key_1, Key.Key_2, Key.Key_3)))

    def _delete(self) -> Moves:
        yield from self._select()
        yield from self._press(Key.Key_X)

    def _nudge(self) -> Moves:
        yield from self._select()
        for _ in range(4):
            yield from self._press(Key.Key_Right)

    def _duplicate(self) -> Moves:
        yield from self._select()
        yield from self._press(Key.Key_D, Control)

    def _polygon(self) -> Moves:
        x, y = self._somewhere()
        yield from self._press(Key.Key_P)
        for dx, dy in ((0, 0), (60, 10), (50, 70), (5, 60)):
            self._driver.click((x + dx, y + dy))
            yield
        yield from self._press(Key.Key_Return)
        yield from self._press(Key.Key_V)

    def _brush(self) -> Moves:
        x, y = self._somewhere()
        yield from self._press(Key.Key_B)
        self._driver.drag((x, y), (x + 80, y + 30))
        yield
        yield from self._press(Key.Key_Return)
        yield from self._press(Key.Key_V)

    def _wheel(self) -> Moves:
        at = self._somewhere()
        for steps in (1, 1, 1, -1, -1, -1):
            self._driver.wheel(steps, at=at)
            yield

    def _pan(self) -> Moves:
        canvas, middle = self._driver.canvas, Qt.MouseButton.MiddleButton
        centre = canvas.rect().center()
        QTest.mousePress(canvas, middle, pos=centre)
        yield
        for step in range(1, 6):
            QTest.mouseMove(canvas, centre + QPoint(9 * step, 5 * step))
            yield
        QTest.mouseRelease(canvas, middle, pos=centre)
        yield

    def _hover(self) -> Moves:
        x, y = self._somewhere()
        for step in range(8):
            self._driver.hover((x + 9 * step, y + 7 * step))
            yield

    def _look(self) -> Moves:
        for key in self._rng.sample((Key.Key_L, Key.Key_K, Key.Key_I), 2):
            yield from self._press(key)
        panel = self._driver.bench.panels.looking
        for slider in panel.findChildren(QWidget):
            if hasattr(slider, "setSliderPosition") and slider.isEnabled():
                slider.setValue(slider.value() + 3)
                yield
                break
        yield from self._press(Key.Key_Q, Shift)

    def _compare(self) -> Moves:
        for key in (Key.Key_Q, Key.Key_S):
            self._driver.hold(key)
            yield
            yield
            self._driver.release(key)
            yield

    def _filter(self) -> Moves:
        bar = self._driver.bench.panels.filter_bar
        chip = bar.states[self._rng.choice(("new", "prelabelled", "submitted"))]
        for _ in range(2):
            QTest.mouseClick(chip, _LEFT)
            yield
            yield from self._wait_for_photo()

    def _search(self) -> Moves:
        bar = self._driver.bench.panels.filter_bar
        yield from self._press(Key.Key_F, Control)
        for key in (Key.Key_1, Key.Key_2):
            QTest.keyClick(bar.text, key)
            yield
        QTest.keyClick(bar.text, Key.Key_Return)
        yield
        QTest.mouseClick(bar.clear, _LEFT)
        yield
        yield from self._press(Key.Key_Escape)

    def _sort(self) -> Moves:
        bar = self._driver.bench.panels.filter_bar
        QTest.mouseClick(bar.direction, _LEFT)
        yield
        for _ in range(2):
            QTest.keyClick(bar.sort, Key.Key_Down)
            yield
        for _ in range(2):
            QTest.keyClick(bar.sort, Key.Key_Up)
            yield

    def _scroll(self) -> Moves:
        bar = self._driver.bench.panels.queue.verticalScrollBar()
        for _ in range(6):
            bar.setValue(bar.value() + self._rng.choice((-1, 1)) * bar.pageStep())
            yield

    def _pick(self) -> Moves:
        queue = self._driver.bench.panels.queue
        place = QPoint(60, self._rng.randrange(20, max(queue.viewport().height() - 20, 21)))
        QTest.mouseClick(queue.viewport(), _LEFT, pos=place)
        yield

    def _panel(self) -> Moves:
        panels = self._driver.bench.panels
        panels.bring_up(self._rng.choice([name for name in panels.docks if name != "images"]))
        yield

    def _history(self) -> Moves:
        panels = self._driver.bench.panels
        panels.bring_up("history")
        yield
        for whole_project in (1, 0):
            panels.history._scope.setCurrentIndex(whole_project)
            yield
        panels.bring_up("classes")
        yield

    def _score(self) -> Moves:
        panels = self._driver.bench.panels
        panels.bring_up("proposals")
        yield
        for value in (30, 50, 0):
            panels.proposals.slider.setValue(value)
            yield

    def _comment(self) -> Moves:
        panels = self._driver.bench.panels
        panels.bring_up("comments")
        yield
        panels.comments.added.emit("Is this a streak?", True)
        yield

    def _segment(self) -> Moves:
        yield from self._press(Key.Key_O)
        self._driver.click(self._somewhere())
        for _ in range(20):
            yield
        yield from self._press(Key.Key_Return)
        yield from self._press(Key.Key_Escape)
        yield from self._press(Key.Key_V)

    def _fit_to_content(self) -> Moves:
        yield from self._select()
        yield from self._press(Key.Key_G, Shift)

    def _find_similar(self) -> Moves:
        yield from self._select()
        yield from self._press(Key.Key_G, Control)

    def _fills(self) -> Moves:
        for _ in range(2):
            yield from self._press(Key.Key_F, Shift)

    def _record(self) -> Moves:
        """Reads what would be asked of the image, and begins to word an answer anew."""
        panels = self._driver.bench.panels
        panels.bring_up("conversation")
        for _ in range(30):
            yield
        for text in panels.conversation.findChildren(QPlainTextEdit)[1:2]:
            for key in (Key.Key_N, Key.Key_O):
                QTest.keyClick(text, key)
                yield
        panels.bring_up("classes")
        yield

    def _wall(self) -> Moves:
        yield from self._press(Key.Key_W, Control | Shift)
        for _ in range(20):
            yield
        self._driver.bench.walling.wall.close()
        self._window.activateWindow()
        yield

    def _cheat_sheet(self) -> Moves:
        for _ in range(2):
            yield from self._press(Key.Key_F1)
            yield

    def _theme(self) -> Moves:
        for name in ("theme_dark", "theme_light"):
            self._window.action_set.action(name).trigger()
            yield


def photos_of(folder: Path, count: int, base: list[Path]) -> list[Path]:
    """So many photos, of which only the first ones take room on the disk."""
    folder.mkdir(parents=True)
    names = [folder / f"layer_{n:05d}.jpg" for n in range(count)]
    for number, name in enumerate(names):
        name.hardlink_to(base[number % len(base)])
    return names
