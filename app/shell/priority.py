"""Who waits where cores are short: never the person at the window."""

import os
import sys
import threading

_NICENESS = 10


def step_back() -> None:
    """This thread, and every thread and process that it starts from now on, gets a core only where
    nothing else wants it. On systems other than Linux it does nothing.
    """
    # Elsewhere the call would slow down the whole process, not the thread that makes it.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
