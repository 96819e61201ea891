"""When modules are loaded, and at what cost: not before the window stands, nor in its way after."""

from collections.abc import Iterable
from importlib import import_module
from threading import Thread
from typing import Any

_PARTS = (
    *("modelling", "segmenting", "finding", "conversing", "walling", "balancing", "quality"),
    *("model_dialog", "guests", "answers", "asking", "surveying"),
)
_PANELS = (
    *("prelabel_panel", "segmenter_choice", "time_panel", "history_panel", "ask_panel"),
    *("proposal_panel", "comment_panel", "conversation_panel", "survey_panel"),
    *("balance_panel", "quality_panel"),
)
_OPENED_LATER = (
    *(f"app.shell.bench.{name}" for name in _PARTS),
    *(f"widgets.panels.{name}" for name in _PANELS),
)
"""What no start needs; each takes up to a tenth of a second when it is opened first."""


def read_no_sources() -> None:
    """Modules imported from now on are loaded without a look at their source text.

    PySide searches the source of each module that is imported after it for its own name, in case
    that one asks for names in snake_case (`from __feature__ import`), and Python keeps every line
    of what was searched. Nothing here asks, and to look costs 10 MB and a tenth of the start, and
    time in the middle of work wherever something is imported late. To be called before other parts
    of PySide are imported; where a later PySide has no such hook, this changes nothing.
    """
    import_module("shiboken6")
    feature: Any = import_module("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda module: False


def load_ahead(modules: Iterable[str] = _OPENED_LATER) -> Thread:
    """In a thread: one who opens a panel for the first time waits for it no longer than later.

    Python lets the GUI thread in between two steps of an import, so it is never away for long.
    """
    thread = Thread(target=lambda: [import_module(each) for each in modules], name="load ahead")
    thread.start()
    return thread
