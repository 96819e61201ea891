"""What a trainer would get of one image."""

import json

from app.conversations.targets.targets import Shown
from app.conversations.writing.records import records
from app.conversations.writing.writer import Writer
from app.services.converse import Conversation
from app.services.record_options import RecordExport, target_of
from app.storage.project import Project


def preview(
    project: Project, conversation: Conversation, writer: Writer, options: RecordExport
) -> str:
    """The records of an image in the conversation's language, as indented JSON.

    They are those of an export of the photo as it lies there. Raises UserError where an export
    would leave the image out.
    """
    facts, image = conversation.facts, conversation.image
    shown = Shown(str(project.locate(image.path)), image.width_px, image.height_px)
    target = target_of(options)
    rows = [
        target.line(record, facts, shown)
        for record in records(writer, facts, conversation.stored.exchanges, options.shape)
    ]
    return "\n\n".join(json.dumps(row, ensure_ascii=False, indent=2) for row in rows)
