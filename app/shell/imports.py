"""What PySide does at each import, and this program has no use for."""

from importlib import import_module
from typing import Any


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
