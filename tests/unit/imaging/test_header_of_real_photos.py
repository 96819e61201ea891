"""Real photos: header and pixels agree, decoding is that of Pillow, threads don't disturb it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.imaging.folder import find_photos
from app.imaging.header import read_header
from app.imaging.identity import content_hash
from app.imaging.opencv import cv2
from app.imaging.pixels import read_levels, read_pixels

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real photos (../shared/data) are not on this machine"
)


def folders() -> list[Path]:
    return [DATA / "neu-det", *sorted(DATA.glob("powder-bed/*"))]


def some_of(folder: Path) -> list[Path]:
    """A few of a folder, spread over it: its largest file too, which may be of another size."""
    photos = list(find_photos(folder))
    largest = max(photos, key=lambda path: path.stat().st_size)
    return [*photos[:: max(1, len(photos) // 3)][:3], largest]


@pytest.mark.parametrize("folder", folders(), ids=lambda path: path.name)
def test_header_and_pixels_agree(folder):
    for path in some_of(folder):
        header, pixels = read_header(path), read_pixels(path)
        assert (header.format, header.orientation) == ("JPEG", 1)
        assert pixels.shape == (header.height_px, header.width_px, 3)
        with Image.open(path) as theirs:
            assert header.mode == {"L": "grey", "RGB": "rgb"}[theirs.mode]
            assert cv2.absdiff(pixels, np.asarray(theirs.convert("RGB"))).max() <= 2
        levels = read_levels(path)
        assert (levels == (pixels[:, :, 2] if header.mode == "grey" else pixels)).all()


def test_many_threads_read_what_one_reads():
    photos = [path for folder in folders() for path in some_of(folder)[:3]]
    alone = [(read_pixels(path).sum(), content_hash(path)) for path in photos]
    with ThreadPoolExecutor(6) as pool:
        sums = [pixels.sum() for pixels in pool.map(read_pixels, photos * 2)]
        hashes = list(pool.map(content_hash, photos * 2))
    assert list(zip(sums, hashes, strict=True)) == alone * 2


def test_layers_come_in_their_order():
    numbers = [
        int(path.stem.split("_")[-1])
        for path in find_photos(DATA / "powder-bed/no_defect")
        if path.stem.startswith("layer_")
    ]
    assert len(numbers) > 5
    assert numbers == sorted(numbers)
