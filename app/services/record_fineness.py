"""What an export of records leaves out so that its numbers say exactly enough where boxes lie."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from app.conversations.facts import ImageFacts
from app.conversations.targets.frames import FINE_BOX_PX, Frame
from app.conversations.targets.targets import Shown, Target, bake_size
from app.conversations.writing.choosing import Choice
from app.conversations.writing.records import RecordOptions
from app.conversations.writing.writer import Writer
from app.core.batches import batches
from app.core.conversation import BOXES, KINDS, Exchange, Kind
from app.core.errors import UserError
from app.core.geometry import intersection_over_union
from app.services.conversation_writing import facts_of_images
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

    `without_empty`: what says that nothing is there, in numbers, goes too.
    """

    uids: frozenset[str] = frozenset()
    least: float = 1.0
    without_empty: bool = False

    def why_not(self, turn: Exchange) -> Why | None:
        """Why a turn is left out, None where it stays."""
        said = list(BOXES.finditer(turn.question + turn.answer))
        named = {uid for found in said for uid in found[1].split()}
        if named & self.uids:
            return "coarse"
        return "balance" if self.without_empty and said and not named else None

    def shape(self, options: RecordOptions) -> RecordOptions:
        """Of the image's records: clauses and reports in system texts have numbers of its boxes."""
        return replace(options, noise=0, grounding="off") if self.uids else options


@dataclass(slots=True)
class Fineness:
    """Holds the boxes of FINE_BOX_PX and more to an overlap (IoU) of `least` with what a model is
    told of them, in turns of those `kinds`; 0 holds none.

    Of turns that say in numbers that nothing is there, `empty_share` stays, drawn by `seed`: that
    of the images with boxes that can still be told. Else [] would be what a model learns to say.
    """

    target: Target
    least: float
    kinds: Collection[Kind] = KINDS
    empty_share: float = 1.0
    seed: int = 0
    left_out: Counter[Why] = field(default_factory=Counter)
    images: int = 0

    def of(self, facts: ImageFacts, shown: Shown) -> Coarse:
        """Raises UserError for an image that the trainer would refuse."""
        if not self.least:
            return Coarse()
        coarse = coarse_boxes(facts, self.target.frame(shown), self.least)
        drawn = Choice(self.seed, facts.content_hash).share("empty")
        without_empty = bool(coarse) if facts.things else drawn >= self.empty_share
        return Coarse(frozenset(coarse), min(coarse.values(), default=1.0), without_empty)

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
        self.images += any(turn.why == "coarse" for turn in left_out)
        return kept, left_out

    def words(self) -> Iterator[str]:
        """Sentences for the summary and the card."""
        if self.left_out["coarse"]:
            yield (
                f"{self.left_out['coarse']:,} turns that say boxes in numbers were left out, on"
                f" {self.images:,} images: a box of {FINE_BOX_PX} pixels and more would come back"
                f" with an overlap (IoU) of less than {self.least:g}. These images are asked about"
                f" in words, and no system text marks or reports their boxes. {LEFT_OUT_NAME} lists"
                " the turns."
            )
        if self.left_out["balance"]:
            yield (
                f"{self.left_out['balance']:,} turns that answer [] were left out with them, so"
                " that the model doesn't learn to say it everywhere."
            )


def fineness_for(whole: ExportSet, target: Target, times: Mapping[int, int]) -> Fineness:
    """Looks through all boxes once, where `least_iou` is asked for.

    `times` says how often each image is taken, by id.
    """
    options = whole.records
    if not options.least_iou:
        return Fineness(target, 0, options.kinds)
    fine: Counter[bool] = Counter()
    taken = (image for image in whole.images if times[image.id])
    for batch in batches(taken, _BATCH):
        known = facts_of_images(whole.project, batch, whole.classes)
        for image_id, facts in known.items():
            if facts.things and (frame := _frame(target, facts, bake=options.bake)):
                coarse = coarse_boxes(facts, frame, options.least_iou)
                fine[not coarse] += times[image_id]
    share = fine[True] / fine.total() if fine else 1.0
    return Fineness(target, options.least_iou, options.kinds, share, chosen_seed(whole.project))


def coarse_boxes(facts: ImageFacts, frame: Frame, least: float) -> dict[str, float]:
    """By uid, the overlap of each box of FINE_BOX_PX and more, both ways, that comes below it."""
    size = facts.width_px, facts.height_px
    overlaps = (
        (thing.uid, intersection_over_union(thing.box, frame.told(thing.box, *size)))
        for thing in facts.things
        if min(thing.box.width, thing.box.height) >= FINE_BOX_PX
    )
    return {uid: overlap for uid, overlap in overlaps if overlap < least}


def _frame(target: Target, facts: ImageFacts, *, bake: bool) -> Frame | None:
    """Of the numbers that will be written of an image, None where it is refused."""
    size = facts.width_px, facts.height_px
    try:
        shown_size = bake_size(target, *size) if bake else size
        return target.frame(Shown("", *shown_size, is_baked=bake))
    except UserError:
        return None
