"""How long a person worked on an image, with the time when nobody was there set apart."""

from dataclasses import dataclass

IDLE_AFTER_S = 60.0


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of a person on one image. `started_at` is in UTC, ISO 8601 with milliseconds.

    `is_blind`: the image's proposals were hidden. Raises ValueError for a negative duration.
    """

    image_id: int
    person: str
    started_at: str
    active_ms: int
    idle_ms: int
    is_blind: bool = False

    def __post_init__(self) -> None:
        if self.active_ms < 0 or self.idle_ms < 0:
            raise ValueError(f"a visit of image {self.image_id} that ended before it began")


@dataclass(frozen=True, slots=True)
class OwnTime:
    """What a person is shown of their own time.

    `image_ms`: active on this image, all saved visits. `today_ms`, `today_images`: since midnight
    here. `median_ms`: of today's images. `recent_ms`: of each of the last images, oldest first.
    """

    image_ms: int = 0
    today_ms: int = 0
    today_images: int = 0
    median_ms: int = 0
    recent_ms: tuple[int, ...] = ()


class ActivityClock:
    """Divides one visit into active and idle time, by when keys and mouse were touched.

    A gap between two touches is work when it is no longer than `idle_after_s`: looking is work.
    A longer one is idle as a whole, not only its end, as CVAT's working time and ActivityWatch
    count it. So is a gap that began when the window lost the focus. Where a laptop's sleep counts
    in the caller's clock, it is a long gap.

    All times are in seconds of one monotonic clock; one that lies before the last counts as it.
    """

    def __init__(self, started_at_s: float, *, idle_after_s: float = IDLE_AFTER_S) -> None:
        self._started_at_s = started_at_s
        self._idle_after_ms = round(idle_after_s * 1000)
        # In whole milliseconds, so that the parts add up to the whole.
        self._last_ms = 0
        self._active_ms = 0
        self._is_away = False

    def touched(self, at_s: float) -> None:
        """A key, the mouse or the wheel was used."""
        self._active_ms = self.active_ms(at_s)
        self._last_ms = self._since_start_ms(at_s)
        self._is_away = False

    def went_away(self, at_s: float) -> None:
        """The window lost the focus: until the next touch nobody is here."""
        if not self._is_away:
            self.touched(at_s)
            self._is_away = True

    def active_ms(self, at_s: float) -> int:
        """So far, when the visit were to end now. Falls back when a gap turns out to be idle."""
        gap_ms = self._since_start_ms(at_s) - self._last_ms
        counts = not self._is_away and gap_ms <= self._idle_after_ms
        return self._active_ms + (gap_ms if counts else 0)

    def finished(self, at_s: float) -> tuple[int, int]:
        """(active_ms, idle_ms), which add up to the whole visit."""
        active_ms = self.active_ms(at_s)
        return active_ms, self._since_start_ms(at_s) - active_ms

    def _since_start_ms(self, at_s: float) -> int:
        return max(self._last_ms, round((at_s - self._started_at_s) * 1000))
