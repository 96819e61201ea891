"""Failures that are the world's fault, worded for the person at the screen."""


class UserError(Exception):
    """Says what happened and what to do about it. Anything else that is raised is our bug."""

    def __init__(self, what: str, *, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions pickle by their args alone; this one also crosses a process border whole.
        return (_rebuild, (type(self), self.what, self.hint))


def _rebuild(kind: type[UserError], what: str, hint: str) -> UserError:
    return kind(what, hint=hint)
