"""The card that lies beside an export of records: what it holds, and how to train on it."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from app.conversations.targets.sizes import MOST_LLAMA_FACTORY_PX
from app.conversations.targets.targets import Target
from app.conversations.targets.trainers import dataset_info
from app.core.conversation import FAULTS, KINDS
from app.core.image import Split
from app.core.language import LANGUAGES
from app.services.export_set import ExportSet
from app.services.record_files import LIST_NAME, SplitCount, file_name, in_order

_CARD = """\
# Records for {target}

Written by Flawmark from the labels of a project: questions about photos, and answers that agree
with the boxes that stand there.

## What it holds

{table}

A record of several questions counts for each kind of them. `{list_name}` tells of each line
which image it is from, its language, its kinds of questions, and its fault. A record with a fault
has one on purpose: its system text quotes a detector that errs once, and its answer is right. About
as many quote one that is right, and have no mark. To be without, export with `--noise 0`.

## Boxes and photos

Boxes are written as {form}.
A model that is trained on this counts {frame}.{filled}
{exactness}{photos}
Paths are absolute: export again after moving this folder or the photos.{notes}

## Training

```
{command}
```

MODEL and OUTPUT are yours to fill in.

## Licence

Flawmark claims nothing of these texts. The photos stay under the licence that they have.
"""

_FILLED = (
    " ms-swift writes them in\nitself: the file holds them in pixels of the photo, under `objects`."
)

_BAKED = """\
All photos are copies in `images`: upright, 8 bit, both sides multiples of {factor}, at most
{most:,} pixels in all. {shown}"""

_AS_THEY_ARE = "A trainer that is set to that many or more shows them as they are."

_CUT = """What a trainer does to them for this model, such as
cutting them into tiles, changes no number: those are parts of the whole picture."""

_ORIGINAL = """\
Photos lie where the project has them. Those that trainers would show turned (EXIF) or washed out
(16 bit) were copied to `images`, upright and in 8 bit.{limit}"""

_LIMIT = """
The numbers hold for a trainer that is set to show at most {most:,} pixels of a photo. If yours
is set otherwise, export with `--max-pixels`, or with `--bake`."""


def write_card(
    folder: Path,
    out: Path,
    whole: ExportSet,
    target: Target,
    counts: Mapping[Split, SplitCount],
    exactness: Iterable[str],
) -> None:
    """And, where the trainer wants one, its list of data sets. `folder` will be `out`.

    `exactness` are sentences on how exactly numbers tell boxes.
    """
    ordered = in_order(counts)
    if target.trainer.name == "llama-factory":
        info = dataset_info({split: file_name(split) for split in ordered})
        text = json.dumps(info, ensure_ascii=False, indent=2) + "\n"
        (folder / "dataset_info.json").write_text(text, "utf-8")
    is_filled = target.trainer.name == "ms-swift" and target.vlm.swift_fills
    card = _CARD.format(
        target=target.name,
        table="\n".join(_table(whole, ordered)),
        list_name=LIST_NAME,
        form=target.format_words("en"),
        frame=frame_words(target),
        filled=_FILLED if is_filled and not whole.records.bake else "",
        exactness="".join(f"{textwrap.fill(each, 100)}\n" for each in exactness),
        photos=_photos(target, is_filled=is_filled, is_baked=whole.records.bake),
        notes="".join(f"\n{note}" for note in target.notes),
        command=training_command(out, target),
    )
    (folder / "README.md").write_text(card, "utf-8")


def training_command(out: Path, target: Target) -> str:
    """A line for a shell that trains on an export at `out`."""
    return target.training_command(out / file_name("train"))


def frame_words(target: Target) -> str:
    """Completes "boxes count ...": in the frame of the numbers that the model learns."""
    frame = target.vlm.frame
    if frame is None:
        return "in pixels of the picture that it sees"
    decimals = f", with {frame.decimals} decimals" if frame.decimals else ""
    return f"from 0 to {frame.width} across and down{decimals}"


def _photos(target: Target, *, is_filled: bool, is_baked: bool) -> str:
    if is_baked:
        shown = _AS_THEY_ARE if target.vlm.hf else _CUT
        return _BAKED.format(factor=target.baked.factor_px, most=target.baked.most_px, shown=shown)
    depends = target.vlm.frame is None and not is_filled
    limit = _LIMIT.format(most=_most_px(target)) if depends else ""
    return _ORIGINAL.format(limit=limit)


def _most_px(target: Target) -> int:
    """What the trainer shows of a photo, as it is set or by its default."""
    of_processor = target.vlm.hf.most_px if target.vlm.hf else MOST_LLAMA_FACTORY_PX
    is_llama_factory = target.trainer.name == "llama-factory"
    return target.most_px or (MOST_LLAMA_FACTORY_PX if is_llama_factory else of_processor)


def _table(whole: ExportSet, counts: Mapping[Split, SplitCount]) -> Iterator[str]:
    held = list(counts.values())
    yield _row("", [file_name(split) for split in counts])
    yield _row("---", ["---:"] * len(held))
    yield _row("records", [count.records for count in held])
    yield _row("images", [count.images for count in held])
    yield _row("images without defects", [count.normal for count in held])
    for c in whole.classes:
        yield _row(f"images with {c.name}", [count.classes[c.id] for count in held])
    for language in LANGUAGES:
        yield _row(f"records in {language}", [count.languages[language] for count in held])
    for kind in KINDS:
        yield _row(f"records that ask for {kind}", [count.kinds[kind] for count in held])
    for fault in FAULTS:
        told = [count.faults[fault] for count in held]
        yield _row(f"records with a fault: {fault.replace('_', ' ')}", told)


def _row(name: str, cells: Sequence[object]) -> str:
    return f"| {' | '.join((name, *map(str, cells)))} |"
