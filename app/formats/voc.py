"""Pascal VOC XML, read and written.

xmin, ymin, xmax and ymax are edges counted from 0: what LabelImg, CVAT and X-AnyLabeling write.
(The devkit of 2012 itself counted whole pixels from 1, both ends included; a box made that way
comes in without its first column and row of pixels, for nothing in the file tells the two apart.)
Fractions are written out in full.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from app.formats.base import LabelledImage, LabelledShape, Photos, Problem, Report
from app.formats.class_list import listed_then_sorted, write_list
from app.formats.files import (
    MIB,
    Taken,
    UnreadableError,
    peek,
    read_bytes,
    walk,
    write_text,
    written_path,
)
from app.formats.fitting import (
    BadRowError,
    Found,
    around,
    class_name,
    fit_all,
    parsed_number,
    score,
    size_problem,
)
from app.formats.pairing import Owners, PhotoIndex, split_of

_FILE_LIMIT = 16 * MIB
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_MAX_CORNERS = 10_000


class Voc:
    """One XML file a photo, pixels."""

    name = "voc"
    title = "Pascal VOC XML"

    def detect(self, root: Path) -> bool:
        first = islice(walk(root, ".xml"), 20)
        return any("<annotation" in peek(root / path) for path in first)

    def class_names(self, root: Path, report: Report) -> tuple[str, ...]:
        """Classes of classes.txt or labels.txt, then those in use by name. Reads every file."""
        root = root.resolve()
        used = (name for path in walk(root, ".xml") for name in _used(root / path))
        return listed_then_sorted(root, used)

    def read(self, root: Path, photos: Photos, report: Report) -> Iterator[LabelledImage]:
        root = root.resolve()
        index = PhotoIndex(root, photos)
        owners = Owners(index, report)
        for label, candidates in index.pairs(walk(root, ".xml")):
            file = root / label
            try:
                tree = _parse(file)
            except UnreadableError as error:
                report(Problem(file, None, str(error), "skipped"))
                continue
            photo = owners.choose(label, candidates, tree.findtext("filename"))
            if photo is None:
                continue
            size = index.size(photo)
            wrong = size_problem(_declared(tree), size)
            if wrong is not None:
                report(Problem(file, None, wrong, "skipped"))
                continue
            entries = enumerate(tree.findall("object"), start=1)
            fitted = fit_all(entries, _found, size, file=file, report=report)
            split = split_of(photo) or split_of(label)
            yield LabelledImage(index.photo(photo), size, fitted.shapes, split, fitted.lost)

    def write(
        self, out: Path, images: Iterable[LabelledImage], class_names: tuple[str, ...]
    ) -> None:
        """Annotations/ mirrored from JPEGImages/ (else beside the photo), and classes.txt.

        Raises UserError when two photos would share a label file.
        """
        taken = Taken()
        for image in images:
            photo = written_path(image.path)
            folders = photo.parts[:-1]
            if folders[:1] == ("JPEGImages",):
                folders = ("Annotations", *folders[1:])
            label = PurePosixPath(*folders, photo.stem + ".xml")
            taken.claim(label, photo)
            tree = _tree(image, photo)
            ElementTree.indent(tree)
            write_text(out / label, ElementTree.tostring(tree, encoding="unicode") + "\n")
        write_list(out, class_names)


def _parse(path: Path) -> ElementTree.Element:
    data = read_bytes(path, limit_bytes=_FILE_LIMIT)
    try:
        tree: ElementTree.Element = defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnreadableError(
            "declares a document type or entities, which a label file never does"
        ) from error
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise UnreadableError(f"is not valid XML: {error}") from error
    if tree.tag != "annotation":
        raise UnreadableError("is no Pascal VOC file: it doesn't begin with <annotation>")
    return tree


def _used(path: Path) -> Iterator[str]:
    try:
        entries = _parse(path).findall("object")
    except UnreadableError:
        return
    for entry in entries:
        try:
            yield _found(entry).class_name
        except BadRowError:
            continue


def _declared(tree: ElementTree.Element) -> tuple[object, object]:
    def side(name: str) -> float | None:
        try:
            return parsed_number((tree.findtext(f"size/{name}") or "").strip(), name)
        except BadRowError:
            return None

    return side("width"), side("height")


def _found(entry: ElementTree.Element) -> Found:
    """Raises BadRowError."""
    name = class_name(entry.findtext("name") or "")
    text = entry.findtext("score")
    certainty = score(parsed_number(text.strip(), "score")) if text else None
    polygon = _polygon(entry)
    box = entry.find("bndbox")
    if box is None:
        if polygon is None:
            raise BadRowError("the object has no box (bndbox)")
        return Found(name, around(polygon), polygon, certainty)
    left, top, right, bottom = (
        parsed_number((box.findtext(edge) or "").strip(), edge) for edge in _EDGES
    )
    return Found(name, (left, top, right, bottom), polygon, certainty)


def _polygon(entry: ElementTree.Element) -> tuple[tuple[float, float], ...] | None:
    """The outline as X-AnyLabeling and Roboflow write it (x1, y1, x2 …); None without one."""
    found = entry.find("polygon")
    if found is None:
        return None
    texts = {child.tag: (child.text or "").strip() for child in found}
    points = []
    for place in range(1, _MAX_CORNERS):
        if f"x{place}" not in texts or f"y{place}" not in texts:
            break
        x, y = texts[f"x{place}"], texts[f"y{place}"]
        points.append((parsed_number(x, "x"), parsed_number(y, "y")))
    return tuple(points) if len(points) >= 3 else None


def _tree(image: LabelledImage, photo: PurePosixPath) -> ElementTree.Element:
    tree = ElementTree.Element("annotation")
    _add(tree, "folder", photo.parent.name)
    _add(tree, "filename", photo.name)
    size = ElementTree.SubElement(tree, "size")
    _add(size, "width", str(image.size.width_px))
    _add(size, "height", str(image.size.height_px))
    _add(size, "depth", "3")
    _add(tree, "segmented", "0")
    for shape in image.shapes:
        tree.append(_object(shape))
    return tree


def _object(shape: LabelledShape) -> ElementTree.Element:
    entry = ElementTree.Element("object")
    _add(entry, "name", shape.class_name)
    _add(entry, "pose", "Unspecified")
    _add(entry, "truncated", "0")
    _add(entry, "difficult", "0")
    if shape.score is not None:
        _add(entry, "score", repr(shape.score))
    box = ElementTree.SubElement(entry, "bndbox")
    for edge, value in zip(_EDGES, shape.box.corners, strict=True):
        _add(box, edge, _written(value))
    for place, (x, y) in enumerate(shape.polygon or (), start=1):
        outline = entry.find("polygon")
        if outline is None:
            outline = ElementTree.SubElement(entry, "polygon")
        _add(outline, f"x{place}", _written(x))
        _add(outline, f"y{place}", _written(y))
    return entry


def _written(value: float) -> str:
    # Readers that take whole numbers only are happy wherever the value is one.
    return str(int(value)) if value == int(value) else repr(float(value))


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = "".join(c if c.isprintable() else "?" for c in text)
