"""Records as ms-swift takes them for Qwen2.5-VL (read in ms-swift 4.6.0).

Boxes go out in pixels of the photo with `bbox_type: real`: ms-swift itself scales them to the size
that the model sees, whatever MAX_PIXELS is set to. It words them as Qwen2.5-VL does, plain
numbers in brackets, when QWENVL_BBOX_FORMAT=new; its default is the wording of Qwen2-VL.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from app.conversations.grounding import BOX, IMAGE, LABEL, GroundedObject
from app.core.conversation import Turn

TRAINING_COMMAND = "QWENVL_BBOX_FORMAT=new swift sft --dataset {dataset} --strict true"


def record(turns: Sequence[Turn], photo: Path, objects: Sequence[GroundedObject]) -> str:
    """One line of the JSONL file, without its line break.

    `photo` is absolute: ms-swift looks relative paths up from where it runs, not from the file.
    Raises ValueError when the turns ask for another number of photos or objects than there are,
    which ms-swift would let pass in silence.
    """
    text = "".join(turn.content for turn in turns)
    asked = (text.count(IMAGE), text.count(BOX), text.count(LABEL))
    if asked != (1, len(objects), len(objects)):
        raise ValueError(f"{photo}: {len(objects)} objects, but the turns name {asked}")
    return json.dumps(
        {
            "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
            "images": [str(photo)],
            "objects": {
                # The text around it is JSON, into which ms-swift puts the name as it stands.
                "ref": [json.dumps(each.label, ensure_ascii=False)[1:-1] for each in objects],
                "bbox": [[round(corner, 2) for corner in each.box.corners] for each in objects],
                "bbox_type": "real",
                "image_id": [0] * len(objects),
            },
        },
        ensure_ascii=False,
    )
