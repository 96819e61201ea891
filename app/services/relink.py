"""Photos that moved, found again by their content."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from app.core.errors import UserError
from app.core.progress import OnProgress, Progress, ignore_progress
from app.imaging.folder import find_photos
from app.imaging.identity import content_hash, stamp
from app.storage.images import FileRecord
from app.storage.project import Project


@dataclass(slots=True)
class RelinkReport:
    """`missing`: kept paths of photos that were found nowhere."""

    relinked: int = 0
    in_place: int = 0
    missing: list[str] = field(default_factory=list)
    refused: list[UserError] = field(default_factory=list)


def relink(
    project: Project, folder: Path, *, on_progress: OnProgress = ignore_progress
) -> RelinkReport:
    """Points every photo that is no longer at its place to the file under `folder` that equals it.

    Only files of the right size are hashed. Labels don't change. All of it is saved together.
    """
    report = RelinkReport()
    lost: dict[int, list[FileRecord]] = defaultdict(list)
    taken = set()
    for record in project.images.files():
        if project.locate(record.path).is_file():
            report.in_place += 1
            taken.add(record.path)
        else:
            lost[record.size_bytes].append(record)
    candidates = list(find_photos(folder.resolve(), on_skipped=report.refused.append))
    moves = []
    for done, path in enumerate(candidates, start=1):
        kept = project.kept_path(path)
        found = _same_content(path, lost, report) if kept not in taken else None
        if found is not None:
            lost[found.size_bytes].remove(found)
            moves.append((found.image_id, kept, stamp(path).mtime_ns))
        on_progress(Progress(done, len(candidates), str(path)))
    with project.transaction():
        project.images.move(moves)
    report.relinked = len(moves)
    report.missing = sorted(record.path for records in lost.values() for record in records)
    return report


def _same_content(
    path: Path, lost: dict[int, list[FileRecord]], report: RelinkReport
) -> FileRecord | None:
    try:
        same_size = lost.get(stamp(path).size_bytes)
        digest = content_hash(path) if same_size else ""
    except UserError as e:
        report.refused.append(e)
        return None
    matching = [r for r in same_size or [] if r.content_hash == digest]
    # Copies of one photo keep their names apart when the folder was moved as a whole.
    by_name = [r for r in matching if Path(r.path).name == path.name]
    return next(iter(by_name or matching), None)
