"""Photos that moved, found again by their content."""

from dataclasses import dataclass, field
from pathlib import Path

from app.core.errors import UserError
from app.core.progress import OnProgress, Progress, ignore_progress
from app.imaging.folder import find_photos
from app.imaging.identity import content_hash, stamp
from app.services.import_photos import real_folder
from app.services.lost_photos import LostPhotos
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
    lost = LostPhotos(project)
    report.in_place = len(lost.in_place)
    wanted = lost.sizes_bytes()
    candidates = list(find_photos(real_folder(folder), on_skipped=report.refused.append))
    moves = []
    for done, path in enumerate(candidates, start=1):
        try:
            file = stamp(path)
            if file.size_bytes in wanted and project.kept_path(path) not in lost.in_place:
                found = lost.take(content_hash(path), path.name)
                if found is not None:
                    moves.append((found.image_id, project.kept_path(path), file.mtime_ns))
        except UserError as e:
            report.refused.append(e)
        on_progress(Progress(done, len(candidates), str(path)))
    with project.transaction():
        project.images.move(moves)
    report.relinked = len(moves)
    report.missing = sorted(record.path for record in lost.remaining())
    return report
