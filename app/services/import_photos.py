"""Photos into a project: headers and hashes, never pixels, in batches that outlive a kill."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from app.core.batches import batches
from app.core.errors import UserError
from app.core.progress import OnProgress, Progress, ignore_progress
from app.imaging.folder import find_photos
from app.imaging.header import read_header
from app.imaging.identity import content_hash, stamp
from app.services.lost_photos import LostPhotos
from app.services.placing import EXPORT_MARKER
from app.storage.images import NewImage
from app.storage.project import Project

_BATCH = 200
_THREADS = 4


@dataclass(slots=True)
class PhotoReport:
    """What became of the photos found: taken in, known before, or refused with a reason.

    `moved`: known by their content; they now point here, since they are gone from where they were.
    """

    added: int = 0
    known: int = 0
    moved: int = 0
    refused: list[UserError] = field(default_factory=list)


def import_photos(
    project: Project, *sources: Path, on_progress: OnProgress = ignore_progress
) -> PhotoReport:
    """Takes in every photo under the folders, and the single ones, that the project doesn't have.

    Each batch is saved before the next is read: cancelled or killed, run it again and it goes on.
    A photo that can't be read is refused and the rest goes on. Raises UserError when a source is
    not there.
    """
    report = PhotoReport()
    found = list(dict.fromkeys(path for s in sources for path in _found(project, s, report)))
    known = project.images.ids_by_path()
    fresh = [path for path in found if project.kept_path(path) not in known]
    report.known = len(found) - len(fresh)
    done = report.known
    on_progress(Progress(done, len(found)))
    lost = LostPhotos(project)
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="header") as pool:
        for batch in batches(fresh, _BATCH):
            outcomes = list(pool.map(_examine, batch, [project.kept_path(p) for p in batch]))
            new = [each for each in outcomes if isinstance(each, NewImage)]
            report.refused += [each for each in outcomes if isinstance(each, UserError)]
            _save(project, new, lost, report)
            done += len(batch)
            on_progress(Progress(done, len(found), str(batch[-1])))
    return report


def _found(project: Project, source: Path, report: PhotoReport) -> list[Path]:
    root = real_folder(source)
    ours = _FoldersOfOurs(project, root)
    walk = find_photos(root, on_skipped=report.refused.append)
    return [path for path in walk if not ours.hold(path)]


def _save(project: Project, new: Sequence[NewImage], lost: LostPhotos, report: PhotoReport) -> None:
    """A photo that was moved is the image it was, with its labels, and no second one."""
    moves = []
    added = []
    for each in new:
        record = lost.take(each.content_hash, Path(each.path).name)
        if record is None:
            added.append(each)
        else:
            moves.append((record.image_id, each.path, each.mtime_ns))
    with project.transaction():
        project.images.move(moves)
        report.added += project.images.add(added)
    report.moved += len(moves)


def real_folder(folder: Path) -> Path:
    """`folder` absolute, links followed: a project keeps where photos really are."""
    # Path.resolve() raises on links that point in a circle; the walk says what is wrong with one.
    return Path(os.path.realpath(folder))


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
