"""Which image comes next: the ids that the filter gave, and where one is among them."""

from array import array
from collections.abc import Callable, Sequence

_FIRST_LOOK = 16


class QueueOrder:
    """Stays as it is while images are worked on, so that none jumps away under the person's hands.

    `with_work` picks those of some ids on which there is still work.
    """

    def __init__(self, with_work: Callable[[Sequence[int]], Sequence[int]]) -> None:
        self._with_work = with_work
        self.ids: Sequence[int] = array("q")
        self._place = -1

    @property
    def place(self) -> int:
        """Of the current image, from 0; -1 when it is none of these."""
        return self._place

    def set_ids(self, ids: Sequence[int], current: int | None) -> None:
        self.ids = ids
        self._place = self._find(current)

    def move_to(self, image_id: int) -> None:
        """The current image from now on, whether it is in the order or not."""
        # The neighbours come first: in a hundred thousand ids, looking for one takes a while.
        for place in (self._place + 1, self._place - 1):
            if 0 <= place < len(self.ids) and self.ids[place] == image_id:
                self._place = place
                return
        self._place = self._find(image_id)

    def at(self, step: int) -> int | None:
        """The id that many places on; None beyond either end."""
        place = self._place + step
        return self.ids[place] if 0 <= place < len(self.ids) else None

    def next_open(self, *, within: int | None = None) -> int | None:
        """The next image with work on it, going round to those before; None when all are done.

        `within` so many of the next places, where it is only of use when it is found soon.
        """
        return self._look(self._place + 1, self._others, self._with_work, within=within)

    def next_of(self, wanted: Callable[[Sequence[int]], Sequence[int]]) -> int | None:
        """The next of those that `wanted` picks from some ids, going round; None without any."""
        return self._look(self._place + 1, self._others, wanted)

    def first_of(self, wanted: Callable[[Sequence[int]], Sequence[int]]) -> int | None:
        """The first of those that `wanted` picks, be it the current one; None without any."""
        return self._look(0, len(self.ids), wanted)

    @property
    def _others(self) -> int:
        """How many places there are beside the current image's."""
        return len(self.ids) - (self._place >= 0)

    def _look(
        self,
        start: int,
        places: int,
        wanted: Callable[[Sequence[int]], Sequence[int]],
        *,
        within: int | None = None,
    ) -> int | None:
        # Mostly it is the first one. Where much is done, looking goes on in ever larger steps.
        count, done, length = len(self.ids), 0, _FIRST_LOOK
        places = places if within is None else min(places, within)
        while done < places:
            length = min(length, places - done)
            at = range(start + done, start + done + length)
            found = wanted([self.ids[p % count] for p in at])
            if found:
                return found[0]
            done, length = done + length, 4 * length
        return None

    def _find(self, image_id: int | None) -> int:
        try:
            return -1 if image_id is None else self.ids.index(image_id)
        except ValueError:
            return -1
