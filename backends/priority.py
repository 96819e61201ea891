"""Who waits where cores are short: never the person at the window."""

import sys

_NICENESS = 19


def step_back() -> None:
    """This process gets a core only where nothing else wants it; to be called before it has
    threads.

    Never from the window's own process: a thread that waits for a core may hold the interpreter
    meanwhile, and the window would wait with it.
    """
    import psutil

    if sys.platform == "win32":
        niceness = psutil.BELOW_NORMAL_PRIORITY_CLASS
    else:
        niceness = _NICENESS
    psutil.Process().nice(niceness)
