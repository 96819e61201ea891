"""A VLM that knows the labels and lies as often as it is told, for a chat server to answer with.

The photos tell it which image it sees: all of a photo has one shade of grey, `shade(image id)`.
What it knows and how it lies stands in the JSON file that FLAWMARK_TEST_TRUTH names:

    {"width": 280, "boxes": {"1": [["streak", left, top, right, bottom], ...], ...},
     "words": {"streak": ["streak", "条纹"], ...},
     "deny": {"streak": 1}, "claim": {"streak": 2}, "mumble": {"streak": 1},
     "drop": {"streak": 1}, "shift": {"slag": 1}, "invent": 1, "mutter": 1}

Boxes are in pixels of photos of that width, and told in those of the picture that it is sent; told
as they stand where no width is given.

Of the questions whether a class is there it denies the first few that are to be answered with yes,
claims it for the first few others, and says nothing to the point to the few after those. Where it
is asked for boxes it drops, or shifts by a quarter of the width, the first box of a class; it
invents some on images without any, and says nothing to the point on a few such after those.
"""

import json
import os
import threading
from collections import Counter
from pathlib import Path

from tests.helpers.chat_server import pictures_of, text_of

INVENTED = [0, 0, 14, 14]
_MOST = 30
_lock = threading.Lock()
_times = Counter()


def shade(image_id):
    assert 1 <= image_id <= _MOST
    return 8 * image_id


def knowing(body):
    told = json.loads(Path(os.environ["FLAWMARK_TEST_TRUTH"]).read_text("utf-8"))
    user = body["messages"][-1]
    question, (picture,) = text_of(user), pictures_of(user)
    image = str(round(picture.convert("L").getpixel((0, 0)) / 8))
    boxes = told["boxes"].get(image, [])
    named = [c for c, words in told["words"].items() if any(w in question for w in words)]
    with _lock:
        if "yes or no" in question or "“有”或“没有”" in question:
            (asked,) = named
            return _yes_or_no(told, asked, any(each[0] == asked for each in boxes), question)
        asked = [each for each in boxes if not named or each[0] in named]
        return _boxes(told, asked, picture.width / told.get("width", picture.width))


def _yes_or_no(told, asked, is_there, question):
    is_chinese = "“有”" in question
    if not is_there and _still(told, "claim", asked):
        is_there = True
    elif is_there and _still(told, "deny", asked):
        is_there = False
    elif not is_there and _still(told, "mumble", asked):
        return "看不清。" if is_chinese else "Hard to say from this photo."
    if is_chinese:
        return "有。" if is_there else "没有。"
    return "Yes." if is_there else "No."


def _boxes(told, boxes, scale):
    if not boxes and _still(told, "invent", None):
        boxes = [["blob", *INVENTED]]
    elif not boxes and _still(told, "mutter", None):
        return "I would have to look closer."
    said = []
    for name, left, top, right, bottom in boxes:
        if _still(told, "drop", name):
            continue
        dx = (right - left) // 4 if _still(told, "shift", name) else 0
        corners = [round(scale * at) for at in (left + dx, top, right + dx, bottom)]
        said.append({"bbox_2d": corners, "label": name})
    return f"```json\n{json.dumps(said)}\n```"


def _still(told, what, name):
    """Whether it has yet to be done, once more now."""
    wanted = told.get(what, 0) if name is None else told.get(what, {}).get(name, 0)
    if _times[what, name] >= wanted:
        return False
    _times[what, name] += 1
    return True
