"""What a model on a server answers that sees bright places on dark photos, as Qwen3-VL would."""

import json

import numpy as np

from tests.helpers.chat_server import pictures_of, text_of

BRIGHT = 200
FULL = 1000


def marks(body):
    """The bright place, in a sentence and a code block; without a picture nothing."""
    question = body["messages"][-1]
    pictures = pictures_of(question)
    if not pictures:
        return "I see no picture."
    box = bright_box(pictures[0])
    if box is None:
        return "No, there is nothing. []"
    listed = json.dumps([{"bbox_2d": box, "label": "streak"}])
    return f"Yes, there is one.\n```json\n{listed}\n```"


def several(body):
    """The bright place, a place half beside the photo, and one of a word that is no class."""
    return (
        f"A streak {bright_box(pictures_of(body['messages'][-1])[0])}, slag [900, 800, 1100, 950]"
        ' and {"bbox_2d": [50, 600, 250, 900], "label": "finger print"}. '
        "Nothing at streak [2000, 0, 2100, 100]."
    )


def two(body):
    """A streak in the middle, and what is no class in the top left corner, whatever it sees."""
    return (
        '[{"bbox_2d": [500, 250, 750, 750], "label": "streak"},'
        ' {"bbox_2d": [0, 0, 125, 250], "label": "finger print"}]'
    )


def nothing(body):
    return "```json\n[]\n```"


def told(body):
    """The system text, word for word."""
    return "I was told: " + text_of(body["messages"][0])


def bright_box(picture):
    """[left, top, right, bottom] from 0 to FULL, None where nothing is bright."""
    seen = np.asarray(picture.convert("L"))
    rows, columns = np.nonzero(seen > BRIGHT)
    if not len(rows):
        return None
    spans = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return [round(int(at) / side * FULL) for at, side in zip(spans, picture.size * 2, strict=True)]
