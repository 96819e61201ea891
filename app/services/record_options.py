"""What an export of multimodal records can be asked for."""

from dataclasses import dataclass, replace

from app.conversations.targets.frames import FINE_OVERLAP
from app.conversations.targets.targets import Target, target_by_name
from app.conversations.writing.records import Grounding, RecordOptions
from app.core.conversation import KINDS, Kind
from app.core.errors import UserError
from app.core.image import Image
from app.core.language import Language

DEFAULT_TARGET = "ms-swift/qwen2.5-vl"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExport:
    """`target` is a key of `app.conversations.targets.targets.TARGETS`.

    `bake` writes copies of all photos, of a size that no trainer changes; with `enlarge`, and for a
    VLM that counts in pixels of what it sees, small ones so large that boxes are told exactly.
    `least_iou` (0 to 1) leaves out the turns whose numbers give a box of 28 pixels and more back
    with less overlap, see `record_fineness`; 0 keeps all.
    `max_pixels` is what the trainer is set to: copies are no larger, and without them box numbers
    depend on it. `kinds`, `per_image`, `noise`, `grounding` and `system` are as for
    `RecordOptions`. `normal_share` (0 to 1), `balance` and `cap` choose among training images, see
    `record_sampling`. `questions` and `seed` become the project's; None leaves what it has.

    Raises ValueError for a share or overlap outside 0 to 1, no language, or a number that makes no
    records.
    """

    target: str = DEFAULT_TARGET
    bake: bool = False
    enlarge: bool = True
    least_iou: float = FINE_OVERLAP
    max_pixels: int | None = None
    languages: tuple[Language, ...] = ("en",)
    kinds: tuple[Kind, ...] = KINDS
    per_image: int = 3
    system: bool = True
    grounding: Grounding = "noisy"
    noise: float = 0.05
    normal_share: float | None = None
    balance: bool = False
    cap: int | None = None
    questions: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.normal_share is not None and not 0 <= self.normal_share <= 1:
            raise ValueError(f"the normal share must be 0..1: {self.normal_share}")
        if not 0 <= self.least_iou <= 1:
            raise ValueError(f"the least overlap must be 0..1: {self.least_iou}")
        if not self.languages:
            raise ValueError("records are written in at least one language")
        _ = self.shape

    @property
    def shape(self) -> RecordOptions:
        """What is asked for of the records themselves."""
        return RecordOptions(
            kinds=self.kinds,
            per_image=self.per_image,
            noise=self.noise,
            grounding=self.grounding,
            system=self.system,
        )


def shape_for(image: Image, shape: RecordOptions) -> RecordOptions:
    """Of one image: a model that is judged by wrong reports would be judged wrongly."""
    return shape if image.label.split in (None, "train") else replace(shape, noise=0)


def target_of(options: RecordExport) -> Target:
    """Raises UserError for a target that there isn't, or a limit that it can't have."""
    target = target_by_name(options.target).limited(options.max_pixels)
    target = replace(target, enlarges=options.enlarge)
    if options.bake and target.baked.most_px < target.baked.least_px:
        raise UserError(
            f"copies for {target.vlm.name} can't have fewer than {target.baked.least_px:,} pixels",
            hint="Set the trainer to more, or export without --bake.",
        )
    return target
