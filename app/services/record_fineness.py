"""What an export of records leaves out so that its numbers say exactly enough where boxes lie."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from app.conversations.facts import ImageFacts
from app.conversations.targets.frames import FINE_BOX_PX, Frame
from app.conversations.targets.targets import TARGETS, Shown, Target, bake_size
from app.conversations.writing.choosing import Choice
from app.conversations.writing.records import RecordOptions
from app.conversations.writing.writer import Writer
from app.core.batches import batches
from app.core.by_image import ByImage
from app.core.conversation import BOXES, KINDS, Exchange, Kind
from app.core.errors import UserError
from app.core.geometry import Box, intersection_over_union
from app.services.export_set import ExportSet
from app.services.questions import chosen_seed
from app.services.record_exactness import rounded_down
from app.services.record_files import LEFT_OUT_NAME, LeftOut

_BATCH = 500

Why = Literal["coarse", "balance"]
"""Its numbers are too coarse; it says that nothing is there, and others like it would outweigh."""

Said = tuple[Writer, Sequence[Exchange]]
"""The turns of an image in one language, and who writes them."""


@dataclass(frozen=True, slots=True)
class Coarse:
    """Of one image the boxes whose numbers are too coarse, by uid, and the least overlap of these.

    `without_empty`: what says that nothing is there, in numbers, goes too. `ways` are those to
    export in which none of its boxes would be too coarse.
    """

    uids: frozenset[str] = frozenset()
    least: float = 1.0
    without_empty: bool = False
    ways: tuple[str, ...] = ()

    def why_not(self, turn: Exchange) -> Why | None:
        """Why a turn is left out, None where it stays."""
        said = list(BOXES.finditer(turn.question + turn.answer))
        named = {uid for found in said for uid in found[1].split()}
        if named & self.uids:
            return "coarse"
        return "balance" if self.without_empty and said and not named else None

    def shape(self, options: RecordOptions) -> RecordOptions:
        """Of the image's records: clauses and reports in system texts have numbers of its boxes.
        They go from as large a share of normal images, or they would tell these."""
        return replace(options, noise=0, grounding="off") if self.without_empty else options


@dataclass(frozen=True, slots=True)
class _Way:
    """Another way to export, whose `words` go before "would keep them"."""

    words: str
    target: Target
    bake: bool


@dataclass(slots=True)
class Fineness:
    """Holds the boxes of FINE_BOX_PX and more to an overlap (IoU) of `least` with what a model is
    told of them, in turns of those `kinds`; 0 holds none.

    Of turns that say in numbers that nothing is there, `empty_share` stays, drawn by `seed`: that
    of the images with boxes that can still be told. Else [] would be what a model learns to say.
    Counts the turns that are `left_out`, the `images` that coarse ones are on, and of these, in
    `kept_by`, those that would keep them if exported in another way.
    """

    target: Target
    least: float
    kinds: Collection[Kind] = KINDS
    empty_share: float = 1.0
    seed: int = 0
    left_out: Counter[Why] = field(default_factory=Counter)
    images: int = 0
    kept_by: Counter[str] = field(default_factory=Counter)

    def of(self, facts: ImageFacts, shown: Shown) -> Coarse:
        """Raises UserError for an image that the trainer would refuse."""
        if not self.least:
            return Coarse()
        size = facts.width_px, facts.height_px
        boxes = [(thing.uid, thing.box) for thing in facts.things]
        coarse = coarse_boxes(boxes, size, self.target.frame(shown), self.least)
        if not coarse:
            drawn = Choice(self.seed, facts.content_hash).share("empty")
            return Coarse(without_empty=not boxes and drawn >= self.empty_share)
        ways = (
            way.words
            for way in _ways(self.target, bake=shown.is_baked)
            if (frame := _frame(way.target, *size, bake=way.bake))
            and not coarse_boxes(boxes, size, frame, self.least)
        )
        return Coarse(frozenset(coarse), min(coarse.values()), True, tuple(ways))

    def kept(
        self, path: str, said: Iterable[Said], coarse: Coarse
    ) -> tuple[list[Said], list[LeftOut]]:
        """What stays of an image's turns, by writer, and what is listed of the others."""
        if not (coarse.uids or coarse.without_empty):
            return list(said), []
        kept: list[Said] = []
        left_out: list[LeftOut] = []
        how = (len(coarse.uids), rounded_down(coarse.least)) if coarse.uids else (0, "")
        for writer, turns in said:
            asked = (turn for turn in turns if turn.kind in self.kinds)
            whys = [(turn, coarse.why_not(turn)) for turn in asked]
            kept.append((writer, [turn for turn, why in whys if why is None]))
            language = writer.questions.language
            left_out += [LeftOut(path, language, t.question, why, *how) for t, why in whys if why]
            self.left_out.update(why for _, why in whys if why)
        if any(turn.why == "coarse" for turn in left_out):
            self.images += 1
            self.kept_by.update(coarse.ways)
        return kept, left_out

    def words(self) -> Iterator[str]:
        """Sentences for the summary and the card."""
        if self.left_out["coarse"]:
            yield (
                f"{self.left_out['coarse']:,} turns that say boxes in numbers were left out, on"
                f" {self.images:,} images: a box of {FINE_BOX_PX} pixels and more would come back"
                f" with an overlap (IoU) of less than {self.least:g}. {self._advice()} These images"
                " are asked about in words, and no system text marks or reports their boxes."
                f" {LEFT_OUT_NAME} lists the turns."
            )
        if self.left_out["balance"]:
            yield (
                f"{self.left_out['balance']:,} turns that answer [] were left out with them, so"
                " that the model doesn't learn to say it everywhere."
            )

    def _advice(self) -> str:
        coarsely = "--least-iou 0 keeps all, as coarse as they are."
        for words, images in self.kept_by.most_common(1):
            which = "them" if images == self.images else f"those of {images:,} of these images"
            return f"{words} would keep {which}; {coarsely}"
        return coarsely


def fineness_for(whole: ExportSet, target: Target, times: ByImage[int]) -> Fineness:
    """Looks through all boxes once, unless `least_iou` is 0.

    `times` says how often each image is taken, by id.
    """
    options = whole.records
    if not options.least_iou:
        return Fineness(target, 0, options.kinds)
    fine: Counter[bool] = Counter()
    for batch in batches((i for i in whole.images.ids if times[i]), _BATCH):
        drawn = whole.project.annotations.of_images(batch)
        for image in whole.project.images.of_ids(drawn):
            size = image.width_px, image.height_px
            clipped = ((a.uid, a.box.clipped(*size)) for a in drawn[image.id])
            boxes = [(uid, box) for uid, box in clipped if box is not None]
            if boxes and (frame := _frame(target, *size, bake=options.bake)):
                coarse = coarse_boxes(boxes, size, frame, options.least_iou)
                fine[not coarse] += times[image.id]
    share = fine[True] / fine.total() if fine else 1.0
    return Fineness(target, options.least_iou, options.kinds, share, chosen_seed(whole.project))


def coarse_boxes(
    boxes: Iterable[tuple[str, Box]], size: tuple[int, int], frame: Frame, least: float
) -> dict[str, float]:
    """By uid, the overlap of each box of FINE_BOX_PX and more, both ways, that comes below it.

    `boxes` are in pixels of an image of that `size`, (width, height).
    """
    overlaps = (
        (uid, intersection_over_union(box, frame.told(box, *size)))
        for uid, box in boxes
        if min(box.width, box.height) >= FINE_BOX_PX
    )
    return {uid: overlap for uid, overlap in overlaps if overlap < least}


def _frame(target: Target, width_px: int, height_px: int, *, bake: bool) -> Frame | None:
    """Of the numbers that will be written of an image, None where it is refused."""
    try:
        size = bake_size(target, width_px, height_px) if bake else (width_px, height_px)
        return target.frame(Shown("", *size, is_baked=bake))
    except UserError:
        return None


def _ways(target: Target, *, bake: bool) -> Iterator[_Way]:
    """Other ways to export for the same trainer that may tell boxes more finely."""
    if target.vlm.frame is None:
        if bake:
            yield _Way("Photos as they are (without --bake)", target, False)
        if not (bake and target.enlarges):
            how = "--bake without --no-enlarge" if bake else "--bake"
            yield _Way(f"Enlarged copies ({how})", replace(target, enlarges=True), True)
        return
    for other in TARGETS.values():
        if other.trainer == target.trainer and other.vlm.frame is None:
            limited = replace(other, most_px=target.most_px, enlarges=target.enlarges)
            pixels = "A VLM that counts in pixels"
            yield _Way(f"{pixels} (--target {other.name})", limited, False)
            yield _Way(f"{pixels} (--target {other.name} --bake)", limited, True)
