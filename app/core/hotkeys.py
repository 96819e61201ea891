"""Keys that pick classes: their own, and the digits of their places in the order."""

from collections.abc import Sequence

from app.core.label_class import LabelClass

DIGITS = tuple("1234567890")
"""By place; 0 is the tenth's."""


def holder_of(key: str, classes: Sequence[LabelClass], *, but: int) -> LabelClass | None:
    """The class that would lose its only key if `but`, the id of another one, got this one.

    A class that has a key of its own can do without the digit of its place.
    """
    others = [(place, each) for place, each in enumerate(classes) if each.id != but]
    for _, each in others:
        if same_key(each.hotkey, key):
            return each
    for place, each in others:
        if not each.hotkey and DIGITS[place : place + 1] == (key,):
            return each
    return None


def same_key(a: str, b: str) -> bool:
    """Whether two characters stand on one key: letters do in both cases."""
    return a.casefold() == b.casefold()
