"""Photos of a project that are not where it keeps them, to be known again by their content."""

import os
from collections import defaultdict
from pathlib import Path

from app.storage.images import FileRecord
from app.storage.project import Project


class LostPhotos:
    """Every photo whose file is gone, or has another size than the one that came in."""

    def __init__(self, project: Project) -> None:
        self._by_hash: dict[str, list[FileRecord]] = defaultdict(list)
        self.in_place: set[str] = set()
        for record in project.images.files():
            if _size_bytes(project.locate(record.path)) == record.size_bytes:
                self.in_place.add(record.path)
            else:
                self._by_hash[record.content_hash].append(record)

    def sizes_bytes(self) -> set[int]:
        """What a file must weigh to be worth a hash."""
        return {record.size_bytes for record in self.remaining()}

    def remaining(self) -> list[FileRecord]:
        return [record for alike in self._by_hash.values() for record in alike]

    def take(self, content_hash: str, name: str) -> FileRecord | None:
        """The lost photo with this content, each once; of several copies, the one of that name."""
        alike = self._by_hash.get(content_hash)
        if not alike:
            return None
        found = next((r for r in alike if Path(r.path).name == name), alike[0])
        alike.remove(found)
        return found


def _size_bytes(path: Path) -> int | None:
    try:
        return os.stat(path).st_size  # noqa: PTH116 - a plain call: there may be 100,000 of them
    except OSError:
        return None
