"""What a trainer would get of one image."""

import json

from app.conversations.targets.targets import Shown
from app.conversations.writing.records import records
from app.conversations.writing.writer import Writer
from app.core.errors import UserError
from app.services.converse import Conversation
from app.services.doubted_turns import Doubts
from app.services.record_fineness import Fineness
from app.services.record_options import RecordExport, shape_for, target_of
from app.storage.project import Project


def preview(
    project: Project, conversation: Conversation, writer: Writer, options: RecordExport
) -> str:
    """The records of an image in the conversation's language, as indented JSON.

    They are those of an export of the photo as it lies there: turns that are stale, contradict the
    labels, or say boxes too coarsely are left out. How many answers [] go with these hangs on all
    images, and isn't looked at. Raises UserError where an export would leave the image out.
    """
    facts, image = conversation.facts, conversation.image
    shown = Shown(str(project.locate(image.path)), image.width_px, image.height_px)
    target = target_of(options)
    stored = conversation.stored
    doubted = Doubts(writer.questions).places(stored, facts)
    turns = [turn for n, turn in enumerate(stored.exchanges) if n not in doubted]
    fineness = Fineness(target, options.least_iou, options.kinds)
    coarse = fineness.of(facts, shown)
    ((_, kept),), _ = fineness.kept(image.path, [(writer, turns)], coarse)
    shape = coarse.shape(shape_for(image, options.shape))
    rows = [target.line(record, facts, shown) for record in records(writer, facts, kept, shape)]
    if not rows:
        raise UserError(
            "An export has no record of this image.",
            hint="Nothing is asked of it that agrees with its labels.",
        )
    return "\n\n".join(json.dumps(row, ensure_ascii=False, indent=2) for row in rows)
