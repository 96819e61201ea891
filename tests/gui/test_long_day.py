"""Python's own singletons outlive any number of calls into Qt."""

import subprocess
import sys

CALLS = 200_000
SCRIPT = f"""
from PySide6.QtCore import QObject, Signal


class Told(QObject):
    told = Signal()


told = Told()
for _ in range({CALLS}):
    told.told.emit()
    told.setObjectName("told")
    told == 5
print("alive")
"""


def test_a_long_day_of_signals_and_calls_is_survived():
    """PySide6 6.12.0 gave references away until Python 3.11 aborted."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("alive\n", 0), done.stderr
