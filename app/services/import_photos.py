"""Photos into a project: headers and hashes, never pixels, in batches that outlive a kill."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from app.core.errors import UserError
from app.core.progress import OnProgress, Progress, ignore_progress
from app.imaging.folder import find_photos
from app.imaging.header import read_header
from app.imaging.identity import content_hash, stamp
from app.services.placing import EXPORT_MARKER
from app.storage.images import NewImage
from app.storage.project import Project

_BATCH = 200
_THREADS = 4

T = TypeVar("T")


@dataclass(slots=True)
class PhotoReport:
    """What became of the photos found: taken in, known before, or refused with a reason."""

    added: int = 0
    known: int = 0
    refused: list[UserError] = field(default_factory=list)


def import_photos(
    project: Project, source: Path, *, on_progress: OnProgress = ignore_progress
) -> PhotoReport:
    """Takes in every photo under `source` that the project doesn't have.

    Each batch is saved before the next is read: cancelled or killed, run it again and it goes on.
    A photo that can't be read is refused and the rest goes on. Raises UserError when `source` is
    not there.
    """
    report = PhotoReport()
    root = source.resolve()
    ours = _FoldersOfOurs(project, root)
    walk = find_photos(root, on_skipped=report.refused.append)
    found = [path for path in walk if not ours.hold(path)]
    known = project.images.ids_by_path()
    fresh = [path for path in found if project.kept_path(path) not in known]
    report.known = len(found) - len(fresh)
    on_progress(Progress(report.known, len(found)))
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="header") as pool:
        for batch in batches(fresh, _BATCH):
            outcomes = list(pool.map(_examine, batch, [project.kept_path(p) for p in batch]))
            new = [each for each in outcomes if isinstance(each, NewImage)]
            with project.transaction():
                project.images.add(new)
            report.added += len(new)
            report.refused += [each for each in outcomes if isinstance(each, UserError)]
            on_progress(
                Progress(len(found) - len(fresh) + report.added, len(found), str(batch[-1]))
            )
    return report


class _FoldersOfOurs:
    """Folders below `root` that Flawmark wrote: photos in them are copies of those it has."""

    def __init__(self, project: Project, root: Path) -> None:
        self._root = root
        self._known = {project.folder / name: True for name in ("cache", "exports", "backups")}

    def hold(self, path: Path) -> bool:
        folder = path.parent
        # Asked for by name, an export is imported like anything else.
        if folder == self._root or not folder.is_relative_to(self._root):
            return False
        if folder not in self._known:
            self._known[folder] = (folder / EXPORT_MARKER).exists() or self.hold(folder)
        return self._known[folder]


def _examine(path: Path, kept_path: str) -> NewImage | UserError:
    try:
        header = read_header(path)
        file = stamp(path)
        digest = content_hash(path)
    except UserError as e:
        return e
    return NewImage(
        kept_path, digest, file.size_bytes, file.mtime_ns, header.width_px, header.height_px
    )


def batches(items: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in lists of `size`, the last one shorter."""
    walk = iter(items)
    while batch := list(islice(walk, size)):
        yield batch
