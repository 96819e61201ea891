"""How long the dashboards of a large project take to open in the real window.

    python -m tests.bench.bench_dashboards [IMAGES]

makes a project with ten boxes an image (default 100,000 images: 1,000,000 boxes), all of them
proposed, corrected, timed and handed in, counts them once, opens the window on it, and times each
dock from the moment it is asked for until its figures are painted; first, and when it is opened
again. Beside it the longest that the GUI thread was away meanwhile.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QDockWidget

from app.garbage import collect_rarely
from app.services.quality import count_changed
from app.shell.frame.main_window import MainWindow
from tests.bench.bench_hour import own_home
from tests.bench.bench_next_image import wait
from tests.bench.bench_quality import make_worked_on_project
from tests.bench.watchdog import Watchdog
from widgets.panels.balance_panel import BalancePanel
from widgets.panels.quality_panel import QualityPanel

_AGAIN = 5
_GIVEN_UP_AFTER_S = 60.0


def opened_ms(dock: QDockWidget, told: list[float]) -> float:
    """From the wish until the figures are painted; `told` grows when the panel is given them."""
    told.clear()
    started = time.perf_counter()
    dock.show()
    dock.raise_()
    while not told:
        assert time.perf_counter() - started < _GIVEN_UP_AFTER_S, "no figures came"
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    QApplication.processEvents()
    return (time.perf_counter() - started) * 1000


def reopened_ms(dock: QDockWidget, told: list[float]) -> float:
    dock.hide()
    wait(300)
    return opened_ms(dock, told)


def watched(kind: type, method: str) -> list[float]:
    """When the method was called, on any of that kind."""
    told: list[float] = []
    real: Callable[..., None] = getattr(kind, method)

    def tell(panel: object, *args: object) -> None:
        real(panel, *args)
        told.append(time.perf_counter())

    setattr(kind, method, tell)
    return told


def main() -> None:
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    shown = {
        "balance": watched(BalancePanel, "show_balance"),
        "quality": watched(QualityPanel, "show_suspects"),
    }
    application = QApplication.instance() or QApplication(["bench"])
    collect_rarely()
    with tempfile.TemporaryDirectory() as temporary, own_home(Path(temporary)):
        folder = Path(temporary) / "project"
        with make_worked_on_project(folder, images) as project:
            count_changed(project)
        window = MainWindow()
        window.resize(1480, 940)
        window.show()
        window.open_folder(folder)
        wait(3000)
        for name, told in shown.items():
            dock = window.bench.panels.docks[name]
            watchdog = Watchdog()
            with watchdog.watching():
                first_ms = opened_ms(dock, told)
                wait(500)
                again = [reopened_ms(dock, told) for _ in range(_AGAIN)]
            print(
                f"{name}: first {first_ms:.0f} ms, again {median(again):.0f} ms; "
                f"GUI thread away at most {watchdog.longest_ms():.0f} ms",
                flush=True,
            )
            dock.hide()
        window.close()
    application.quit()


if __name__ == "__main__":
    main()
