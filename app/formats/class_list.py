"""Lists of class names that lie beside the labels: classes.txt and its likes."""

from collections.abc import Iterable
from pathlib import Path

from app.core.errors import UserError
from app.formats.base import Problem, Report
from app.formats.files import MIB, UnreadableError, read_text, write_text
from app.formats.fitting import BadRowError, class_name

LIST_NAMES = ("classes.txt", "labels.txt", "obj.names")
MAX_CLASSES = 10_000
# labelme's own list of labels begins with these two, which no shape ever has.
_NOT_CLASSES = frozenset({"__ignore__", "_background_"})


def silent(_problem: Problem) -> None:
    """A Report for a second look at files whose problems were told at the first one."""


def read_list(path: Path) -> tuple[str, ...]:
    """One class name a line, in the order of the indices. Raises UserError."""
    try:
        lines = read_text(path, limit_bytes=MIB).rstrip().split("\n")
    except UnreadableError as error:
        raise UserError(
            f"{path} {error}",
            hint="It must hold one class name a line, saved as UTF-8.",
        ) from error
    return checked(path, [] if lines == [""] else lines)


def checked(path: Path, names: Iterable[object]) -> tuple[str, ...]:
    """Class names as `path` has them. Raises UserError for a bad name, a repeated one, too many."""
    good: list[str] = []
    for index, name in enumerate(names):
        if index >= MAX_CLASSES:
            raise UserError(
                f"{path} names more than {MAX_CLASSES} classes",
                hint="Check that it is a list of classes.",
            )
        try:
            good.append(class_name(name))
        except BadRowError as error:
            raise UserError(
                f"{path}: class {index}: {error}",
                hint="Give every class a name: its place in the list is its number in the labels.",
            ) from error
    doubles = {name for name in good if good.count(name) > 1} if len(set(good)) < len(good) else ()
    if doubles:
        raise UserError(
            f"{path} names two classes {sorted(doubles)[0]!r}",
            hint="Rename one of them, so that their labels can be told apart.",
        )
    return tuple(good)


def find_list(root: Path) -> Path | None:
    """The list of classes of a folder of labels, if it has one."""
    return next((path for name in LIST_NAMES if (path := root / name).is_file()), None)


def listed_then_sorted(root: Path, used: Iterable[str]) -> tuple[str, ...]:
    """Names of the folder's list in its order, then the other names in use by name.

    Raises UserError when the list can't be understood.
    """
    path = find_list(root)
    listed = tuple(n for n in read_list(path) if n not in _NOT_CLASSES) if path else ()
    return listed + tuple(sorted(set(used) - set(listed)))


def write_list(out: Path, class_names: Iterable[str]) -> None:
    write_text(out / "classes.txt", "".join(f"{name}\n" for name in class_names))


def report_other_order(used: Path, other: Path, names: tuple[str, ...], report: Report) -> None:
    """Says so when a second list of classes differs: its labels may mean other classes."""
    try:
        differs = read_list(other) != names
    except UserError:
        differs = True
    if differs:
        said = f"names other classes, or in another order, than {used.name}, which is used"
        report(Problem(other, None, said, "skipped"))
