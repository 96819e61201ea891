"""A trainer's reading of a file held against the file, whoever wrote it."""

import json
import re

from PIL import Image

MODELS = {
    "qwen2-vl": "Qwen2-VL-7B-Instruct",
    "qwen2.5-vl": "Qwen2.5-VL-7B-Instruct",
    "qwen3-vl": "Qwen3-VL-8B-Instruct",
}
_PLACEHOLDER = re.compile("<(bbox|ref-object|image)>")


def job(name, file, target, consumer):
    """A file of a target, for `consumer` to read under a name."""
    return {
        "name": name,
        "file": str(file),
        "model": str(consumer.models / MODELS[target.vlm.name]),
        "box_format": target.vlm.swift_format,
        "template": target.vlm.template,
        "most_px": target.most_px,
    }


def rows_of(file):
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def photo_size(row):
    with Image.open(row["images"][0]) as photo:
        return photo.size


def fault_of_row(row, result, target):
    """In words, what the model gets otherwise than the row says: the size of its photo, or a turn;
    "" when it gets all as it is."""
    size = photo_size(row)
    seen = target.trainer.resized(*size, target.vlm.hf, target.most_px)
    if result["sizes"] != [list(seen)]:
        return f"the photo is seen as {result['sizes']}, not {seen}"
    return fault_of_turns(turns_of(row, size, seen, target), result)


def turns_of(row, size, seen, target):
    """What the model is to read of a row, with the trainer's placeholders filled."""
    objects = row.get("objects", {"bbox": [], "ref": []})
    frame = seen if target.vlm.name == "qwen2.5-vl" else (1000, 1000)
    scale = [px / of_px for px, of_px in zip(frame, size, strict=True)] * 2
    is_new = target.vlm.swift_format == "new"
    name_form = "{}" if is_new else "<|object_ref_start|>{}<|object_ref_end|>"
    box_form = "[{}, {}, {}, {}]" if is_new else "<|box_start|>({},{}),({},{})<|box_end|>"
    boxes = [[round(v * s) for v, s in zip(b, scale, strict=True)] for b in objects["bbox"]]
    fillings = {
        "image": iter([""]),
        "ref-object": map(name_form.format, objects["ref"]),
        "bbox": (box_form.format(*box) for box in boxes),
    }

    def filled(found):
        return next(fillings[found[1]], found[0])

    return [(m["role"], _PLACEHOLDER.sub(filled, m["content"])) for m in row["messages"]]


def fault_of_turns(turns, result):
    """Of turns (role, words): all are to be read in this order with one photo, and the answers
    alone to be trained on."""
    text = result["text"]
    for role, words in turns:
        before, found, text = text.partition(words)
        if not found:
            return f"of {role} is not read: {words!r}, but {before[-300:]!r}"
    answers = "".join(words for role, words in turns if role == "assistant")
    trained = re.sub(r"<\|im_end\|>\n?", "", result["trained"])
    if trained != answers:
        return f"trained on is {trained!r}, not {answers!r}"
    if result["text"].count("<|vision_start|>") != 1:
        return "not one photo is read"
    left = re.search("<image>|<bbox>|<ref-object>", result["text"])
    return f"{left[0]} is read as text" if left else ""
