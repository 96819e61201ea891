"""`flawmark targets`"""

from rich.table import Column, Table
from rich.text import Text

from app.commands.given import AsJson
from app.console import out, print_json
from app.conversations.targets.targets import TARGETS, Target
from app.services.record_card import frame_words

_EXAMPLE = (100, 200, 300, 400)


def targets(as_json: AsJson = False) -> None:
    """List the trainers and VLMs that `export --to jsonl --target TRAINER/VLM` writes for."""
    if as_json:
        print_json([_as_json(target) for target in TARGETS.values()])
        return
    table = Table("VLM", "trainers", "numbers", Column("a box", overflow="fold"), "copies")
    for name, targets_of_vlm in _by_vlm().items():
        first = targets_of_vlm[0]
        trainers = "\n".join(target.trainer.name for target in targets_of_vlm)
        cells = name, trainers, _numbers(first), _box(first), f"{first.vlm.factor_px} px"
        table.add_row(*map(Text, cells))  # as text: a box may look like markup
    out.print(table)
    out.print("Copies (--bake) have sides that are multiples of so many pixels.")
    for note in dict.fromkeys(note for target in TARGETS.values() for note in target.notes):
        out.print(note, markup=False)


def _by_vlm() -> dict[str, list[Target]]:
    found: dict[str, list[Target]] = {}
    for target in TARGETS.values():
        found.setdefault(target.vlm.name, []).append(target)
    return found


def _numbers(target: Target) -> str:
    frame = target.vlm.frame
    return "pixels seen" if frame is None else f"0 to {frame.width}"


def _box(target: Target) -> str:
    left, top, right, bottom = _EXAMPLE
    frame = target.vlm.frame
    scale = 1000 if frame is not None and frame.width == 1 else 1
    numbers = left / scale, top / scale, right / scale, bottom / scale
    return target.vlm.form.entry("streak", numbers if scale > 1 else _EXAMPLE)


def _as_json(target: Target) -> dict[str, object]:
    return {
        "target": target.name,
        "trainer": target.trainer.name,
        "vlm": target.vlm.name,
        "numbers": frame_words(target),
        "form": target.format_words("en"),
        "copies_factor_px": target.vlm.factor_px,
        "notes": list(target.notes),
    }
