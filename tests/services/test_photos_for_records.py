from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest

from app.conversations.targets.targets import Shown
from app.core.errors import UserError
from app.core.image import Image
from app.services.record_photos import Photo, PhotoPlaces, shown_photos


def photos(count: int) -> list[Photo]:
    return [
        (Image(n, f"{n}.png", f"{n:064x}", 8, 8), Path(f"{n}.png"), PurePosixPath(f"{n}.png"))
        for n in range(1, count + 1)
    ]


@dataclass(frozen=True)
class Places(PhotoPlaces):
    """Says that each fifth photo can't be read."""

    folder: Path = Path("in")
    out: Path = Path("out")
    looked_at: list[int] = field(default_factory=list)

    def shown(self, photo: Photo) -> Shown:
        self.looked_at.append(photo[0].id)
        if photo[0].id % 5 == 0:
            raise UserError(f"{photo[1]} is no photo", hint="Look at it.")
        return Shown(str(photo[1]), 8, 8)


@pytest.mark.parametrize("count", [0, 1, 16, 17, 333])
def test_photos_come_in_order_each_with_what_is_wrong_with_it(count: int) -> None:
    shown = list(shown_photos(photos(count), Places()))

    assert [image.id for image, _ in shown] == list(range(1, count + 1))
    assert [image.id for image, s in shown if isinstance(s, UserError)] == [*range(5, count + 1, 5)]


def test_photos_are_looked_at_little_ahead_of_what_is_taken() -> None:
    places = Places()
    shown = shown_photos(photos(5000), places)

    next(shown)
    shown.close()

    assert len(places.looked_at) < 100
