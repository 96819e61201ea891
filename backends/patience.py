"""How long a model may take for an answer before it is taken to hang."""

from typing import ClassVar

_TIMES = 10


class Patience:
    """Learns how slow one model is here from the answers that it has given.

    A model that hangs looks like one that is slow, so it gets ten times as long as its slowest
    answer so far took, and more in proportion for more pixels than it ever had at once (a large
    photo is cut into many tiles). Never less than `least_s`: other programs may slow it down. Never
    more than `first_s`, which is for loading and the first answer: nothing is known of it then, the
    slowest models take a minute a photo on a slow CPU, and they get eight at a time.
    """

    first_s: ClassVar[float] = 1800.0
    least_s: ClassVar[float] = 300.0

    def __init__(self) -> None:
        self._slowest_s = 0.0
        self._most_pixels = 0

    def for_answer_s(self, pixels: int) -> float:
        """For photos of so many pixels together, 0 for a question without any."""
        if not self._slowest_s:
            return self.first_s
        larger = max(1.0, pixels / max(1, self._most_pixels))
        return min(max(self.least_s, _TIMES * self._slowest_s * larger), self.first_s)

    def learn(self, elapsed_s: float, pixels: int) -> None:
        """It has answered on so many pixels, in this time or, having waited its turn, in less."""
        self._slowest_s = max(self._slowest_s, elapsed_s)
        self._most_pixels = max(self._most_pixels, pixels)
