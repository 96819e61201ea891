"""Which model tensors belong to, told by what they are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SAM_BY_DEPTH = {12: "vit_b", 24: "vit_l", 32: "vit_h"}
_SAM2_BY_DEPTH = {12: "t", 16: "s", 24: "b+", 48: "l"}
_SWIN_BY_DEPTH = {6: "swin-t", 18: "swin-b"}  # blocks of the third stage
_MEMORY = {"vit_b": "3.7 GB of memory", "mobile_sam": "1 GB of memory", "t": "1.4 GB of memory"}


@dataclass(frozen=True, slots=True)
class Told:
    """`family` of BACKENDS, or None for another model; `words` then says what it is."""

    family: str | None
    variant: str = ""
    needs: tuple[str, ...] = ()
    words: str = ""
    hint: str = ""


def tell(names: Sequence[str]) -> Told:
    """`names` of all tensors, in any order."""
    if _has(names, "image_encoder.trunk.", "sam_mask_decoder."):
        return _sam2(names)
    if _has(names, "image_encoder.", "prompt_encoder.", "mask_decoder."):
        return _sam(names)
    if _has(names, "transformer.", "backbone.0.", "bert."):
        blocks = _count(names, r"backbone\.0\.layers\.2\.blocks\.(\d+)\.")
        variant = _SWIN_BY_DEPTH.get(blocks, f"swin with {blocks} blocks in its third stage")
        needs = ("groundingdino-py", "transformers", "a BERT folder beside it", "3 GB of memory")
        return Told("grounding-dino", variant, needs)
    return _another(names)


def _sam2(names: Sequence[str]) -> Told:
    depth = _count(names, r"image_encoder\.trunk\.blocks\.(\d+)\.")
    size = _SAM2_BY_DEPTH.get(depth, f"with {depth} blocks")
    release = "sam2.1" if _has(names, "obj_ptr_tpos_proj.") else "sam2"
    return Told("sam", f"{release}_{size}", _needs("ultralytics", size))


def _sam(names: Sequence[str]) -> Told:
    if _has(names, "image_encoder.layers."):
        return Told("sam", "mobile_sam", _needs("ultralytics", "mobile_sam"))
    depth = _count(names, r"image_encoder\.blocks\.(\d+)\.")
    variant = _SAM_BY_DEPTH.get(depth, f"vit with {depth} blocks")
    return Told("sam", variant, _needs("segment-anything", variant))


def _needs(library: str, variant: str) -> tuple[str, ...]:
    memory = _MEMORY.get(variant)
    return (library, memory) if memory else (library,)


def _another(names: Sequence[str]) -> Told:
    if not names:
        return Told(None, words="no named weights")
    if _has(names, "model.text_backbone."):
        return Told(
            None,
            words="the weights of a Hugging Face GroundingDINO without what belongs to them",
            hint="Give the whole folder, with config.json, preprocessor_config.json and tokenizer.",
        )
    if _has(names, "vision_encoder.", "mask_decoder."):
        return Told(
            None,
            words="Segment Anything in the form of Hugging Face, which isn't used here",
            hint="Give the checkpoint as its makers publish it (sam_vit_b_01ec64.pth and others).",
        )
    if _has(names, "transformer.", "backbone.0."):
        return Told(None, words="a DETR-like detector that reads no text, not GroundingDINO")
    return Told(
        None,
        words=f"the weights of another model ({names[0]} and {len(names) - 1} more), none that can "
        "be used here",
    )


def _has(names: Sequence[str], *starts: str) -> bool:
    return all(any(name.startswith(start) for name in names) for start in starts)


def _count(names: Sequence[str], pattern: str) -> int:
    """How many different numbers stand where `pattern` has its group."""
    return len({found[1] for name in names if (found := re.match(pattern, name))})
