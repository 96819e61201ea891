"""The table of VLMs: how each says where a box lies, and how its trainers show it pictures."""

from dataclasses import dataclass

from app.conversations.targets.box_text import Form, JsonForm, TagForm
from app.conversations.targets.frames import Frame, whole
from app.conversations.targets.sizes import (
    HF_GLM,
    HF_QWEN2,
    HF_QWEN3,
    KIMI,
    LONGEST,
    Limits,
    Patches,
)


@dataclass(frozen=True, slots=True)
class Vlm:
    """What is to know of a family of VLMs.

    `frame` is None where numbers are pixels of the picture that the model sees. `hf` are the limits
    of its processor in transformers where it resizes as Qwen2-VL does, `patches` where it counts
    squares. `longest` is how many times longer than wide a picture may be, None for any.
    `swift_fills` says that ms-swift converts boxes for it and writes them in its form, as
    QWENVL_BBOX_FORMAT `swift_format`. `template` is LLaMA-Factory's, "" where it has none.
    """

    name: str
    form: Form
    frame: Frame | None
    template: str = ""
    factor_px: int = 28
    least_baked_px: int = 16 * 28**2  # what Qwen's own finetuning script wants
    hf: Limits | None = None
    longest: int | None = None
    patches: Patches | None = None
    swift_fills: bool = False
    swift_format: str = ""
    note: str = ""

    @property
    def most_side_px(self) -> int | None:
        """How long a side of a copy may be; None where it may be any."""
        return self.patches.most_side_px if self.patches else None

    @property
    def can_enlarge(self) -> bool:
        """Whether its numbers are finer in a larger picture; others count alike in all."""
        return self.frame is None


_ONE_BOX = "[[{}, {}, {}, {}]]"

VLMS: tuple[Vlm, ...] = (
    Vlm(
        "qwen2-vl",
        TagForm(
            "<|object_ref_start|>", "<|object_ref_end|>",
            "<|box_start|>", "({},{}),({},{})", "<|box_end|>",
        ),
        whole(), "qwen2_vl", hf=HF_QWEN2, longest=LONGEST,
        swift_fills=True, swift_format="legacy",
    ),
    Vlm(
        "qwen2.5-vl", JsonForm(), None, "qwen2_vl",
        hf=HF_QWEN2, longest=LONGEST, swift_fills=True, swift_format="new",
    ),
    Vlm(
        "qwen3-vl", JsonForm(), whole(), "qwen3_vl_nothink",
        factor_px=32, least_baked_px=HF_QWEN3.least_px, hf=HF_QWEN3, longest=LONGEST,
        swift_fills=True, swift_format="new",
    ),
    Vlm(
        "internvl", TagForm("<ref>", "</ref>", "<box>", _ONE_BOX, "</box>"), whole(), "intern_vl",
        swift_fills=True,
    ),
    Vlm(
        "kimi-vl", JsonForm(decimals=3), whole(1, decimals=3), "kimi_vl", patches=KIMI,
        note="That Kimi-VL counts from 0 to 1 is what users report; its makers have not said so.",
    ),
    Vlm(
        "minicpm-v", TagForm("<ref>", "</ref>", "<box>", "{} {} {} {}", "</box>"), whole(),
        "minicpm_v",
    ),
    Vlm(
        "glm-4.5v",
        TagForm("", ": ", "<|begin_of_box|>", "[[{},{},{},{}]]", "<|end_of_box|>"), whole(),
        "glm4_5v", hf=HF_GLM, longest=LONGEST,
        note="GLM-4.5V has no words of its own for the class of a box: it stands before the box.",
    ),
    # LLaMA-Factory 0.9.5 has no template for it.
    Vlm(
        "deepseek-vl2", TagForm("<|ref|>", "<|/ref|>", "<|det|>", _ONE_BOX, "<|/det|>"),
        whole(999),
    ),
)  # fmt: skip
"""Frames and forms as the makers' guides to finetuning have them; where ms-swift fills boxes in, it
writes the same (swift/template/templates). Templates are the names of LLaMA-Factory 0.9.5."""
