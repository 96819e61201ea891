"""How a photo is shown to be judged: which looking aids, how strong. Nothing else knows of them."""

from dataclasses import dataclass

MAX_GAMMA = 5.0
MAX_CLAHE_TILES = 64


@dataclass(frozen=True, slots=True)
class FlatField:
    """Evens the light out. `gain` is the grey levels that a pixel is shifted by which is brighter
    than around it by its whole brightness; `reach` how far "around" goes, as a share of the
    longer side.
    """

    gain: float = 400.0
    reach: float = 0.04

    def __post_init__(self) -> None:
        if not self.gain > 0:
            raise ValueError(f"a flat field's gain is above 0: {self.gain}")
        if not 0 < self.reach <= 1:
            raise ValueError(f"a flat field's reach is above 0 and at most 1: {self.reach}")


@dataclass(frozen=True, slots=True)
class Clahe:
    """Contrast equalised in tiles. `clip_limit` is how many times the mean a level may count in a
    tile's histogram, 1 to 40; `tiles` the number of tiles along the longer side.
    """

    clip_limit: float = 2.0
    tiles: int = 8

    def __post_init__(self) -> None:
        if not 1 <= self.clip_limit <= 40:
            raise ValueError(f"a clip limit lies between 1 and 40: {self.clip_limit}")
        if not 1 <= self.tiles <= MAX_CLAHE_TILES:
            raise ValueError(f"between 1 and {MAX_CLAHE_TILES} tiles: {self.tiles}")


@dataclass(frozen=True, slots=True)
class Window:
    """Shows the grey levels `centre` - `width` / 2 to `centre` + `width` / 2 as black to white."""

    centre: float = 127.5
    width: float = 255.0

    def __post_init__(self) -> None:
        if not 0 <= self.centre <= 255:
            raise ValueError(f"a window's centre lies between 0 and 255: {self.centre}")
        if not 1 <= self.width <= 510:
            raise ValueError(f"a window is 1 to 510 levels wide: {self.width}")


@dataclass(frozen=True, slots=True)
class Looks:
    """Which aids are on (None is off), in the order in which they are applied.

    For the eye only: no photo, label or export ever depends on it. `gamma` above 1 brightens
    what is dark; 1 changes nothing.
    """

    flat_field: FlatField | None = None
    clahe: Clahe | None = None
    window: Window | None = None
    gamma: float = 1.0
    inverted: bool = False

    def __post_init__(self) -> None:
        if not 1 / MAX_GAMMA <= self.gamma <= MAX_GAMMA:
            raise ValueError(f"gamma lies between {1 / MAX_GAMMA} and {MAX_GAMMA}: {self.gamma}")

    @property
    def is_plain(self) -> bool:
        """The photo is shown as it is."""
        return self == PLAIN


PLAIN = Looks()
