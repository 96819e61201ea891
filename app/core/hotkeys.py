"""Keys that pick classes: their own, and the digits of their places in the order."""

from collections.abc import Callable, Container, Sequence

from app.core.label_class import LabelClass

DIGITS = tuple("1234567890")
"""By place; 0 is the tenth's."""


def keys_of_classes(
    classes: Sequence[LabelClass],
    taken: Container[str] = (),
    *,
    named: Callable[[str], str] = str.casefold,
) -> dict[str, int]:
    """Id of the class that a key picks: its own hotkey, and the digit of its place (0 the tenth).

    Keys are `named` so, also in `taken`: those that something else has keep doing that. A digit
    that is one class's hotkey is not the digit of another's place, and a class with a digit of its
    own has no second one.
    """
    keys: dict[str, int] = {}
    for each in classes:
        hotkey = named(each.hotkey)
        if hotkey and hotkey not in taken:
            keys.setdefault(hotkey, each.id)
    with_digit = {class_id for key, class_id in keys.items() if key in DIGITS}
    for digit, each in zip(DIGITS, classes, strict=False):
        if each.id not in with_digit:
            keys.setdefault(digit, each.id)
    return keys


def holder_of(
    key: str, classes: Sequence[LabelClass], *, but: int, taken: Container[str] = ()
) -> LabelClass | None:
    """The class that would lose its only key if `but`, the id of another one, got this one.

    A class that has a key of its own can do without the digit of its place, unless something else
    has that key: such are `taken`, casefolded.
    """
    others = {each.id: each for each in classes if each.id != but}
    for each in others.values():
        if same_key(each.hotkey, key):
            return each
    picked = keys_of_classes(classes, taken)
    holder = picked.get(key.casefold())
    has_another = sum(class_id == holder for class_id in picked.values()) > 1
    return None if holder is None or has_another else others.get(holder)


def same_key(a: str, b: str) -> bool:
    """Whether two characters stand on one key: letters do in both cases."""
    return a.casefold() == b.casefold()
