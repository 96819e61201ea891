"""Where a project stands, in figures that cost nothing to read."""

from typing import Any

from app.storage.project import Project


def status(project: Project) -> dict[str, Any]:
    """The shape that `flawmark status --json` prints; see the user guide."""
    states = project.images.count()
    counts = project.classes.counts()
    boxes = sum(count.boxes for count in counts)
    proposals = sum(count.proposals for count in counts)
    return {
        "images": {"total": sum(states.values()), **states},
        "annotations": {"total": boxes, "people": boxes - proposals, "proposals": proposals},
        "classes": [
            {
                "id": count.label_class.id,
                "name": count.label_class.name,
                "name_zh": count.label_class.name_zh,
                "boxes": count.boxes,
                "images": count.images,
            }
            for count in counts
        ],
        "normal": project.images.normal_count(),
    }
