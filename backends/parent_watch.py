"""A process that does not outlive the one that started it."""

import os
import threading
from multiprocessing import connection, parent_process


def end_with_parent() -> None:
    """Ends this process as soon as its parent is gone, in the middle of whatever it does.

    A closed pipe is noticed between two answers only. Does nothing where there is no parent.
    """
    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=wait, name="parent-watch", daemon=True).start()
