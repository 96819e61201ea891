"""Three people with known faults and a reviewer: how early each order shows them the faults.

    python -m tests.bench.bench_review [SEEDS]

on the photos of ../shared/data/neu-det, where they are, and on drawn powder beds. A model draws,
the three correct it with seeded faults, and what they handed in is compared with a better model,
with another as weak as the first, or with the first one again. Then it prints the figures of
quality beside what was seeded.
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from statistics import fmean

from app.core.geometry import Box, intersection_over_union
from app.core.label_class import LabelClass
from app.core.label_errors import ErrorKind
from app.core.proposals import SAME_PLACE_IOU
from app.core.quality import ListedSuspect
from app.core.queue import QueueFilter
from app.core.review_order import ReviewFacts, most_doubtful_first
from app.samples.powder_bed import CLASS_NAMES, powder_bed_photo
from app.services.import_photos import import_photos
from app.services.quality import count_changed, figures, suspects
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.review_order import review_facts
from tests.helpers.seeded_work import Marked
from tests.helpers.sketched_model import SketchedModel, as_scene
from tests.helpers.synthetic_team import LEAD, Fault, Kind, Team

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "neu-det"
STARTER = SketchedModel("starter", recall=0.75, misnamed=0.06, misplaced=0.06, invented=0.35)
OWN = SketchedModel("own", recall=0.85, misnamed=0.04, misplaced=0.04, invented=0.2)
ANOTHER = replace(STARTER, name="another")
"""About as good as small detectors are on these photos: the first from other people's photos, the
second trained on the project's own; the third is no better than the first, and slips elsewhere."""

WAITING = QueueFilter(states=frozenset({"submitted"}), sort="review_next")
SITTING_IMAGES = 48
"""So often the reviewer asks for the order anew; until then it stays as it is."""

PRODUCT = "as the product, each sitting"
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.75)
RANDOM_ORDERS = 20
_BEDS, _DRAWN_PX, _BED_PX = 400, 256, 1024
_SUSPECT_OF: Mapping[ErrorKind, Kind] = {
    "overlooked": "overlooked",
    "swapped": "wrong_class",
    "badly_located": "sloppy",
}


@contextmanager
def neu_det(seed: int, *, most: int | None = None) -> Iterator[Team]:
    """The real photos, imported; people's labels of them are the truth."""
    names = (DATA / "classes.txt").read_text().split()
    with tempfile.TemporaryDirectory() as folder, Project.create(Path(folder) / "p") as project:
        project.add_classes([LabelClass(name) for name in names], actor=LEAD)
        import_photos(project, DATA / "images")
        rng = random.Random(f"{seed} truth")
        images = sorted(project.images.all(), key=lambda image: rng.random())[:most]
        scenes = {}
        for image in images:
            lines = (DATA / "labels" / f"{Path(image.path).stem}.txt").read_text().splitlines()
            things = [_marked(line, image.width_px, image.height_px) for line in lines]
            scenes[image.id] = as_scene(image.width_px, image.height_px, things, rng)
        yield Team(project, scenes, classes=len(names), seed=seed)


@contextmanager
def powder_beds(seed: int, *, most: int = _BEDS) -> Iterator[Team]:
    """What the samples draw, as if the photos were of 1024 pixels; a third shows no defect."""
    with tempfile.TemporaryDirectory() as folder, Project.create(Path(folder) / "p") as project:
        project.add_classes([LabelClass(name) for name in CLASS_NAMES], actor=LEAD)
        with project.transaction():
            project.images.add(
                NewImage(f"{n}.png", f"{n:064x}", 1, 1, _BED_PX, _BED_PX) for n in range(most)
            )
        rng = random.Random(f"{seed} truth")
        scenes = {
            image.id: as_scene(_BED_PX, _BED_PX, _drawn_bed(image.id), rng)
            for image in project.images.all()
        }
        yield Team(project, scenes, classes=len(CLASS_NAMES), seed=seed)


@cache
def _drawn_bed(number: int) -> tuple[Marked, ...]:
    """Class ids and boxes of a sample; drawn small, which is faster by far."""
    scale = _BED_PX / _DRAWN_PX
    return tuple(
        (CLASS_NAMES.index(each.class_name) + 1, each.box.scaled(scale, scale))
        for each in powder_bed_photo(number, size_px=_DRAWN_PX).defects
    )


def _marked(line: str, width: int, height: int) -> Marked:
    class_index, *numbers = map(float, line.split())
    return int(class_index) + 1, Box.from_centre(*numbers).scaled(width, height)


def labelled(team: Team, compared: SketchedModel) -> None:
    team.prelabel(STARTER)
    team.label()
    team.compare(compared)


def review_all(team: Team) -> list[int]:
    """Faults on each image, in the order in which the reviewer came to them."""
    found: list[int] = []
    while ids := team.project.queue.ids(WAITING):
        found += [team.review(image_id) for image_id in ids[:SITTING_IMAGES]]
    return found


def share_found(faults: Sequence[int], share: float) -> float:
    """Of all faults, within the first `share` of the images."""
    return sum(faults[: round(share * len(faults))]) / sum(faults)


def in_random_orders(team: Team, *, orders: int = RANDOM_ORDERS) -> list[list[int]]:
    """The same images with the same faults, shuffled."""
    faults = [len(team.ledger.faults.get(image_id, ())) for image_id in team.scenes]
    return [random.Random(f"order {n}").sample(faults, len(faults)) for n in range(orders)]


def other_orders(team: Team) -> dict[str, list[int]]:
    """Faults on each image, in simpler orders of what is known before the review begins."""
    facts = review_facts(team.project._db)
    orders = {
        "lowest score first": _sorted(facts, lambda each: min(each.accepted, default=1.0)),
        "most disagreements first": _sorted(facts, _agreed),
        "as the product, asked for once": most_doubtful_first(facts),
    }
    count = {image_id: len(faults) for image_id, faults in team.ledger.faults.items()}
    return {name: [count.get(i, 0) for i in order] for name, order in orders.items()}


def _sorted(facts: Sequence[ReviewFacts], key: Callable[[ReviewFacts], float]) -> list[int]:
    return [each.image_id for each in sorted(facts, key=key)]


def _agreed(facts: ReviewFacts) -> float:
    said = len(facts.unseen) + len(facts.other_class) + len(facts.shifted)
    return -(said + facts.unfound * len(facts.accepted))


@dataclass(frozen=True)
class Hits:
    """Of the suspects of one kind: how many seeded faults they are `right` about."""

    told: int
    right: int
    seeded: int

    @property
    def precision(self) -> float:
        return self.right / self.told if self.told else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.seeded if self.seeded else 0.0


def suspect_hits(team: Team) -> dict[ErrorKind, Hits]:
    """Before the review. A suspect is right that is about the box or the place of a fault."""
    count_changed(team.project)
    listed = suspects(team.project, most=1_000_000)
    hits = {}
    for kind, fault_kind in _SUSPECT_OF.items():
        told = [each for each in listed if each.suspect.kind == kind]
        seeded = [
            f for faults in team.ledger.faults.values() for f in faults if f.kind == fault_kind
        ]
        right = {f for f in seeded for each in told if _is_about(each, f)}
        hits[kind] = Hits(len(told), len(right), len(seeded))
    return hits


def _is_about(listed: ListedSuspect, fault: Fault) -> bool:
    if listed.image_id != fault.image_id:
        return False
    suspect = listed.suspect
    if fault.kind != "overlooked":
        return suspect.key == fault.uid
    assert fault.thing is not None
    return intersection_over_union(suspect.said_box, fault.thing.box) >= SAME_PLACE_IOU


def print_orders(name: str, orders: Mapping[str, Sequence[Sequence[int]]]) -> None:
    print(f"\n{name}: share of the faults found within a share of the images")
    print(f"{'':34s}" + "".join(f"{share:>8.0%}" for share in SHARES))
    for order, runs in orders.items():
        found = [fmean(share_found(faults, share) for faults in runs) for share in SHARES]
        print(f"{order:34s}" + "".join(f"{each:8.1%}" for each in found))
    within = [share_found(faults, 0.3) for faults in orders[PRODUCT]]
    print(f"{PRODUCT} at 30 %: {min(within):.1%} to {max(within):.1%}")


def print_suspects(hits: Mapping[ErrorKind, Hits]) -> None:
    for kind, each in hits.items():
        print(f"  {kind:14s} {each.told:4d} told, {each.right:4d} right: precision"
              f" {each.precision:4.0%}, recall {each.recall:4.0%} of {each.seeded}")  # fmt: skip


def print_team(team: Team) -> None:
    """The figures of people beside what was seeded; the review is over."""
    count_changed(team.project)
    told, ledger = {p.person: p for p in figures(team.project).people}, team.ledger
    nodded = sum(fault.nodded for faults in ledger.faults.values() for fault in faults)
    print(f"{ledger.fault_count} faults on {len(ledger.faults)} of {len(team.scenes)} images,"
          f" {nodded} of them slips of the model that were nodded through")  # fmt: skip
    for name in team.work:
        person = told[name]
        took_ms = ledger.active_ms[name] / ledger.boxes[name]
        rate = ledger.return_rate(name)
        print(f"  {name}: {person.images} images; sent back {rate:.1%}, told"
              f" {person.return_rate or 0:.1%}; a box took {took_ms / 1000:.2f} s, told"
              f" {(person.work['shown'].ms_per_box or 0) / 1000:.2f} s")  # fmt: skip
        for outcome in ("moved", "relabelled", "removed", "added"):
            print(f"    {outcome:12s} seeded {ledger.outcomes[name][outcome]:4d}"
                  f"   told {person.outcomes[outcome]:4d}")  # fmt: skip


def main() -> None:
    seeds = range(1, 1 + (int(sys.argv[1]) if len(sys.argv) > 1 else 5))
    sources = {"neu-det": neu_det, "powder beds": powder_beds}
    if not DATA.is_dir():
        print(f"{DATA} is not on this machine: drawn photos alone")
        del sources["neu-det"]
    for source, make in sources.items():
        for compared in (OWN, ANOTHER, STARTER):
            orders: dict[str, list[list[int]]] = {}
            for seed in seeds:
                with make(seed) as team:
                    labelled(team, compared)
                    hits = suspect_hits(team)
                    for name, faults in other_orders(team).items():
                        orders.setdefault(name, []).append(faults)
                    orders.setdefault("random", []).extend(in_random_orders(team))
                    orders.setdefault(PRODUCT, []).append(review_all(team))
                    if seed == seeds[-1]:
                        print_orders(f"{source}, compared with {compared.name}", orders)
                        print("suspects, last seed:")
                        print_suspects(hits)
                        print_team(team)


if __name__ == "__main__":
    main()
