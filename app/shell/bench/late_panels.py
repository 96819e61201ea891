"""Panels that are made when somebody first looks at them, or has something to do with them."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


class Late(Generic[W]):
    """Over a method of `LatePanels` that makes a panel: its name then is that panel, made once."""

    def __init__(self, make: Callable[[Any], W]) -> None:
        self._make = make
        self.name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, panels: None, owner: type) -> "Late[W]": ...

    @overload
    def __get__(self, panels: "LatePanels", owner: type) -> W: ...

    def __get__(self, panels: "LatePanels | None", owner: type) -> "Late[W] | W":
        if panels is None:
            return self
        made = panels.__dict__[self.name] = self._make(panels)  # found there from now on
        panels.tell_made(self, made)
        return made


class LatePanels:
    """Whoever deals with such a panel says what is to be done once there is one: to name it would
    make it.
    """

    def __init__(self) -> None:
        self._waiting: defaultdict[str, list[Callable[[Any], object]]] = defaultdict(list)

    def get(self, late: Late[W]) -> W:
        """The panel, made if need be."""
        panel: W = getattr(self, late.name)
        return panel

    def made(self, late: Late[W]) -> W | None:
        """The panel, where there is one already."""
        return self.__dict__.get(late.name)

    def is_seen(self, late: Late[Any]) -> bool:
        """Whether somebody has it before them."""
        panel = self.made(late)
        return panel is not None and panel.isVisible()

    def when_made(self, late: Late[W], use: Callable[[W], object]) -> None:
        """Calls `use` with the panel, at once or when it is made; in the order of these calls."""
        panel = self.made(late)
        if panel is None:
            self._waiting[late.name].append(use)
        else:
            use(panel)

    def follow(self, late: Late[W], signal: SignalInstance, take: Callable[..., object]) -> None:
        """Calls `take` with the panel and what the signal says; what it said last before there was
        a panel, when that is made.
        """
        said: list[tuple[object, ...]] = []

        def hear(*values: object) -> None:
            said[:] = [values]
            if (panel := self.made(late)) is not None:
                take(panel, *values)

        signal.connect(hear)
        self.when_made(late, lambda panel: [take(panel, *values) for values in said])

    def tell_made(self, late: Late[W], panel: W) -> None:
        """For `Late` alone."""
        for use in self._waiting.pop(late.name, ()):
            use(panel)
