"""How values of the core stand in rows, and in the JSON of the edit log.

Annotations are read by orjson, five times as fast as by Python's own parser: a third of 5,000 boxes
with an outline would keep people waiting. It knows no NaN, so none is written.
"""

import json
from dataclasses import fields
from functools import lru_cache
from typing import Any

import orjson

from app.core.annotation import Annotation, Source
from app.core.geometry import Box, Polygon
from app.core.image import Image, ImageLabel, Split, State
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES

Row = tuple[Any, ...]

ANNOTATION_COLUMNS = (
    "uid, image_id, class_id, left_px, top_px, right_px, bottom_px, polygon, score, run_id, author,"
    " sources"
)
ANNOTATION_FIELDS = ANNOTATION_COLUMNS.split(", ")


def annotation_to_row(image_id: int, a: Annotation) -> Row:
    polygon = None if a.polygon is None else json.dumps(a.polygon, allow_nan=False)
    who = (a.score, a.run_id, a.author, _sources_to_json(a.sources))
    return (a.uid, image_id, a.class_id, *a.box.corners, polygon, *who)


def annotation_from_row(row: Row) -> Annotation:
    uid, _, class_id, left, top, right, bottom, polygon, score, run_id, author, sources = row
    return Annotation(
        uid,
        class_id,
        Box(left, top, right, bottom),
        None if polygon is None else _polygon(orjson.loads(polygon)),
        score,
        run_id,
        author,
        () if sources is None else _sources(orjson.loads(sources)),
    )


def annotation_to_json(a: Annotation | None) -> str | None:
    """The log keeps the uid in a column of its own."""
    if a is None:
        return None
    fields = [a.class_id, a.box.corners, a.polygon, a.score, a.run_id, a.author]
    if a.sources:
        fields.append([[s.name, s.score] for s in a.sources])
    return json.dumps(fields, ensure_ascii=False, allow_nan=False)


def annotation_from_json(uid: str, text: str) -> Annotation:
    """The seventh field stands only where there is something to say."""
    class_id, corners, polygon, score, run_id, author, *rest = orjson.loads(text)
    outline = None if polygon is None else _polygon(polygon)
    sources = _sources(rest[0]) if rest else ()
    return Annotation(uid, class_id, Box(*corners), outline, score, run_id, author, sources)


def _sources_to_json(sources: tuple[Source, ...]) -> str | None:
    if not sources:
        return None
    return json.dumps([[s.name, s.score] for s in sources], ensure_ascii=False)


def _sources(pairs: list[tuple[str, float]]) -> tuple[Source, ...]:
    return tuple(Source(name, score) for name, score in pairs)


def _polygon(corners: list[list[float]]) -> Polygon:
    return tuple(map(tuple, corners))  # type: ignore[arg-type]  # pairs, as they were written


def label_to_json(label: ImageLabel) -> str:
    fields = [label.state, label.is_normal, label.split, label.tags, label.assigned_to]
    review = [label.annotator, label.reviewer, label.reason]
    return json.dumps(fields + (review if any(review) else []), ensure_ascii=False)


def label_from_json(text: str) -> ImageLabel:
    """Older logs hold the first three or five fields only, as do labels nobody has handed in."""
    state, is_normal, split, *rest = json.loads(text)
    tags, *others = rest or [[]]
    return ImageLabel(state, is_normal, split, tuple(tags), *others)


IMAGE_COLUMNS = """
    id, path, content_hash, width_px, height_px, state, is_normal, split, assigned_to, annotator,
    reviewer, reason, build,
    (SELECT json_group_array(name) FROM image_tag JOIN tag ON tag.id = tag_id
     WHERE image_id = image.id)"""


# A project has few different ones, and is walked image by image many times.
@lru_cache(maxsize=1024)
def _label(
    state: State,
    is_normal: int,
    split: Split | None,
    tags: str,
    assigned_to: str | None,
    annotator: str | None,
    reviewer: str | None,
    reason: str,
) -> ImageLabel:
    people = assigned_to, annotator, reviewer
    return ImageLabel(state, bool(is_normal), split, tuple(json.loads(tags)), *people, reason)


def image_from_row(row: Row) -> Image:
    image_id, path, content_hash, width, height, state, is_normal, split, *people, build, tags = row
    label = _label(state, is_normal, split, tags, *people)
    return Image(image_id, path, content_hash, width, height, label, build)


CLASS_COLUMNS = "id, name, name_zh, colour, hotkey, definition, prompts, knowledge, target_count"


def class_to_row(c: LabelClass) -> Row:
    """Without the id, which the file gives."""
    prompts = json.dumps(c.prompts, ensure_ascii=False)
    words = (c.name, c.name_zh, c.colour, c.hotkey, c.definition)
    return (*words, prompts, _knowledge_to_json(c), c.target_count)


def class_from_row(row: Row) -> LabelClass:
    class_id, name, name_zh, colour, hotkey, definition, prompts, knowledge, target = row
    return LabelClass(
        name=name,
        id=class_id,
        name_zh=name_zh,
        colour=colour,
        hotkey=hotkey,
        definition=definition,
        prompts=tuple(json.loads(prompts)),
        **{language: _knowledge(known) for language, known in json.loads(knowledge).items()},
        target_count=target,
    )


def _knowledge_to_json(c: LabelClass) -> str:
    """What is said of the class in each language; nothing stands for what isn't."""
    said = {language: _said(c.knowledge(language)) for language in LANGUAGES}
    return json.dumps({name: each for name, each in said.items() if each}, ensure_ascii=False)


def _said(known: Knowledge) -> dict[str, str | tuple[str, ...]]:
    values = {field.name: getattr(known, field.name) for field in fields(known)}
    return {name: value for name, value in values.items() if value}


def _knowledge(said: dict[str, str | list[str]]) -> Knowledge:
    values: dict[str, Any] = {
        name: value if isinstance(value, str) else tuple(value) for name, value in said.items()
    }
    return Knowledge(**values)
