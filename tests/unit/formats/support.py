"""What the tests of the label formats share: sets in memory and on disk."""

from pathlib import Path

from hypothesis import strategies as st

from app.core.errors import UserError
from app.core.geometry import Box
from app.formats.base import LabelFormat, LabelledImage, LabelledShape, Photos, Problem, Size
from app.formats.fitting import around

REPOSITORY = Path(__file__).resolve().parents[3]
NEU_DET = REPOSITORY.parent / "shared" / "data" / "neu-det"

CLASSES = ("条纹 streak", "slag", "over_melt", "1", "on")


def photos_at(root: Path, **sizes: tuple[int, int]) -> dict[Path, Size]:
    """Photos by path with "__" for "/" and the ending left out; the files are made too."""
    found = {}
    for name, (width, height) in sizes.items():
        path = root / (name.replace("__", "/") + ".jpg")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        found[path.resolve()] = Size(width, height)
    return found


def put(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read_all(
    row: LabelFormat, root: Path, photos: Photos
) -> tuple[list[LabelledImage], list[Problem]]:
    problems: list[Problem] = []
    return list(row.read(root, photos, problems.append)), problems


def assert_sound(images: list[LabelledImage], photos: Photos) -> None:
    """The invariants of everything a reader yields."""
    paths = [image.path for image in images]
    assert len(set(paths)) == len(paths)
    for image in images:
        assert photos[image.path] == image.size
        for shape in image.shapes:
            assert shape.class_name.strip() and shape.class_name.isprintable()
            assert shape.box.inside(image.size.width_px, image.size.height_px)
            assert shape.box.area > 0
            assert shape.score is None or 0 <= shape.score <= 1
            if shape.polygon is not None:
                assert len(shape.polygon) >= 3
                assert Box(*around(shape.polygon)).inside(image.size.width_px, image.size.height_px)


def try_everything(row: LabelFormat, root: Path, photos: Photos) -> tuple[int, int, int]:
    """Reads a set that may be broken anyhow: (images, shapes, problems), (0, 0, 1) when refused."""
    problems: list[Problem] = []
    refused = None
    try:
        row.detect(root)
        names = row.class_names(root, problems.append)
        images = list(row.read(root, photos, problems.append))
    except UserError as error:
        refused = error
    if refused is not None:
        assert refused.what and refused.hint
        return 0, 0, 1
    assert_sound(images, photos)
    assert len(set(names)) == len(names)
    used = {shape.class_name for image in images for shape in image.shapes}
    assert used <= set(names)
    for problem in problems:
        assert problem.what and "\n" not in problem.what
        assert problem.line is None or problem.line >= 1
        assert len(str(problem.what)) < 600
    return len(images), sum(len(image.shapes) for image in images), len(problems)


@st.composite
def sizes(draw: st.DrawFn) -> Size:
    return Size(draw(st.integers(1, 5000)), draw(st.integers(1, 5000)))


@st.composite
def shapes(draw: st.DrawFn, size: Size) -> LabelledShape:
    """A box of at least a thousandth of the photo, with an outline around it now and then."""
    unit = st.floats(0, 0.999)
    left, top = draw(unit), draw(unit)
    right = draw(st.floats(min(left + 0.001, 1.0), 1.0))
    bottom = draw(st.floats(min(top + 0.001, 1.0), 1.0))
    width, height = size.width_px, size.height_px
    box = Box(left * width, top * height, right * width, bottom * height)
    name = draw(st.sampled_from(CLASSES))
    if draw(st.booleans()):
        return LabelledShape(name, box)
    x, y = box.centre
    kite = ((x, box.top), (box.right, y), (x, box.bottom), (box.left, y))
    return LabelledShape(name, box, kite)


@st.composite
def sets(draw: st.DrawFn) -> list[LabelledImage]:
    """Photos with labels, normal ones among them, in splits or not, at paths of a written set."""
    split_up = draw(st.booleans())
    images = []
    for place in range(draw(st.integers(1, 4))):
        size = draw(sizes())
        split = draw(st.sampled_from(["train", "val", "test"])) if split_up else None
        folder = f"images/{split}" if split else "images"
        found = tuple(draw(st.lists(shapes(size), max_size=3)))
        images.append(LabelledImage(Path(f"{folder}/照片 {place}.v1.jpg"), size, found, split))
    return images


def sample_set() -> list[LabelledImage]:
    """Two labelled photos and a normal one."""
    size = Size(200, 100)
    kite = ((50.0, 20.0), (80.0, 40.0), (50.0, 60.0), (20.0, 40.0))
    return [
        LabelledImage(
            Path("images/a.jpg"),
            size,
            (
                LabelledShape("slag", Box(10.5, 20.25, 30, 40)),
                LabelledShape("条纹 streak", Box(20, 20, 80, 60), kite),
            ),
        ),
        LabelledImage(Path("images/b.jpg"), size, (LabelledShape("slag", Box(0, 0, 200, 100)),)),
        LabelledImage(Path("images/c.jpg"), size),
    ]


def place_photos(out: Path, images: list[LabelledImage]) -> dict[Path, Size]:
    photos = {}
    for image in images:
        path = out / image.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        photos[path.resolve()] = image.size
    return photos
