"""How soon the GUI thread gets the interpreter from a thread that computes."""

import sys

_SECONDS = 0.0002


def hand_over_soon() -> None:
    """To be called once in the window's process.

    Each paint lets go of the interpreter dozens of times and has it back when the other thread has
    had its turn. With Python's own 5 ms one paint took up to 90 ms beside the writer's thread; with
    one, reads of the project that computed for 7 ms still took 51.
    """
    sys.setswitchinterval(_SECONDS)
