"""Keeps Python from searching for garbage where there is hardly any."""

import gc

_ALLOCATIONS = 50_000
_YOUNG_BEFORE_MIDDLE, _MIDDLE_BEFORE_OLD = 20, 20


def collect_rarely() -> None:
    """To be called once, before a command or when the window stands; what was imported until then
    is never searched.

    With Python's own threshold of 700 allocations, reading the 5,000 boxes of one image makes it
    search all that lives several times: 60 to 130 ms instead of 36; an export of records spends a
    twelfth of its time on it. Nearly all that we throw away is freed at once, without a search.
    """
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, _YOUNG_BEFORE_MIDDLE, _MIDDLE_BEFORE_OLD)
