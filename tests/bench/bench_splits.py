"""Splits beside what people do instead: at random, and stratified photo by photo.

    python -m tests.bench.bench_splits

prints, for each way, how far the worst class is from its share of the whole, how many builds lie in
several splits, and how many layers have a neighbour in another one: on the photos of `flawmark
demo` and on NEU-DET (../shared/data), as they lie, in one folder, and dealt into made-up builds of
uneven classes. Then how many real photos of powder beds look like one that is trained on, and how
long 100,000 images take.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import numpy as np

from app.core.dividing import divide
from app.core.image import SPLITS, Split
from app.core.splitting import Layer, Shares, by_build, kinds_of
from app.imaging.folder import natural_key
from app.imaging.near_duplicates import NEAR_BITS, look, nearest
from app.samples.powder_bed import powder_bed_photo
from app.services.demo import PHOTOS

DATA = Path(__file__).parents[3] / "shared" / "data"
SHARES = Shares(0.8, 0.1, 0.1)
SEEDS = 20

Way = Callable[[Sequence[Layer], int], list[Layer]]


@dataclass(frozen=True, slots=True)
class Figures:
    """`class_points`: the worst class; `size_points`: the worst split; means over the seeds."""

    class_points: float
    size_points: float
    spread_builds: float
    neighbours: float
    left_out: float

    def __str__(self) -> str:
        return (
            f"worst class {self.class_points:5.1f} points, size {self.size_points:5.1f} points; "
            f"{self.spread_builds:5.1f} builds in several splits, {self.neighbours:6.1f} layers "
            f"beside another split; {self.left_out:4.1f} left out"
        )


def at_random(layers: Sequence[Layer], seed: int) -> list[Layer]:
    """Photo by photo, as most scripts do."""
    rng = random.Random(seed)
    shuffled = rng.sample(range(len(layers)), len(layers))
    ends = [round(sum(SHARES.of(s) for s in SPLITS[: n + 1]) * len(layers)) for n in range(3)]
    split_of = {}
    for place, index in enumerate(shuffled):
        split_of[index] = next(s for s, end in zip(SPLITS, ends, strict=True) if place < end)
    return [replace(x, split=split_of[n]) for n, x in enumerate(layers)]


def builds_at_random(layers: Sequence[Layer], seed: int) -> list[Layer]:
    """Whole builds, in random order, each to the split that lacks most images."""
    rng = random.Random(seed)
    builds = [build for _, build in by_build(layers)]
    lacking = {s: SHARES.of(s) * len(layers) for s in SPLITS}
    split_of: dict[str, Split] = {}
    for build in rng.sample(builds, len(builds)):
        split = max(SPLITS, key=lambda s: lacking[s])
        lacking[split] -= len(build)
        split_of[build[0].build] = split
    return [replace(x, split=split_of[x.build]) for x in layers]


def image_by_image(layers: Sequence[Layer], seed: int) -> list[Layer]:
    """Iterative stratification, algorithm 1 of Sechidis, Tsoumakas and Vlahavas (2011)."""
    rng = random.Random(seed)
    rest = set(range(len(layers)))
    wanted = {s: SHARES.of(s) * len(layers) for s in SPLITS}
    counts: dict[int, int] = {}
    for layer in layers:
        for kind in kinds_of(layer):
            counts[kind] = counts.get(kind, 0) + 1
    of_kind = {(s, k): SHARES.of(s) * n for k, n in counts.items() for s in SPLITS}
    split_of: dict[int, Split] = {}
    while rest:
        left = {k: sum(k in kinds_of(layers[n]) for n in rest) for k in counts}
        rarest = min((k for k in counts if left[k]), key=lambda k: left[k])
        with_it = sorted(n for n in rest if rarest in kinds_of(layers[n]))
        for n in rng.sample(with_it, len(with_it)):
            demand = {s: (of_kind[s, rarest], wanted[s], rng.random()) for s in SPLITS}
            split = max(SPLITS, key=demand.__getitem__)
            split_of[n] = split
            wanted[split] -= 1
            for kind in kinds_of(layers[n]):
                of_kind[split, kind] -= 1
            rest.discard(n)
    return [replace(x, split=split_of[n]) for n, x in enumerate(layers)]


def builds_even(layers: Sequence[Layer], _: int) -> list[Layer]:
    """Flawmark's."""
    division = divide(layers, SHARES)
    return [replace(x, split=division.splits.get(x.image_id)) for x in layers]


WAYS: dict[str, Way] = {
    "random photos": at_random,
    "random builds": builds_at_random,
    "iterative, no groups": image_by_image,
    "flawmark": builds_even,
}


def measure(way: Way, layers: Sequence[Layer], seeds: int) -> Figures:
    runs = [_figures(way(layers, seed)) for seed in range(seeds)]
    return Figures(*(fmean(column) for column in zip(*runs, strict=True)))


def _figures(layers: Sequence[Layer]) -> tuple[float, float, float, float, float]:
    done = [x for x in layers if x.split]
    classes = {c for x in done for c in x.class_ids}
    worst_class = worst_size = 0.0
    for split in SPLITS:
        inside = [x for x in done if x.split == split]
        worst_size = max(worst_size, abs(len(inside) / len(done) - SHARES.of(split)))
        for kind in classes:
            here = sum(kind in x.class_ids for x in inside) / max(len(inside), 1)
            whole = sum(kind in x.class_ids for x in done) / len(done)
            worst_class = max(worst_class, abs(here - whole))
    builds = [build for _, build in by_build(layers)]
    spread = sum(len({x.split for x in build if x.split}) > 1 for build in builds)
    beside = sum(
        a.split != b.split and bool(a.split and b.split) for x in builds for a, b in pairwise(x)
    )
    return 100 * worst_class, 100 * worst_size, spread, beside, len(layers) - len(done)


def neu_det() -> list[Layer]:
    """As it lies: one folder, sorted by name, which sorts by class."""
    photos = sorted((DATA / "neu-det" / "images").iterdir(), key=lambda p: natural_key(p.name))
    layers = []
    for number, photo in enumerate(photos):
        rows = (DATA / "neu-det" / "labels" / f"{photo.stem}.txt").read_text().splitlines()
        classes = tuple(sorted({1 + int(row.split()[0]) for row in rows if row.strip()}))
        layers.append(Layer(number, "images", classes))
    return layers


def in_builds(layers: Sequence[Layer], builds: int, *, seed: int = 1) -> list[Layer]:
    """Dealt into builds of uneven size, each with a few classes that prevail."""
    rng = np.random.default_rng(seed)
    pools: dict[int, list[Layer]] = {}
    for layer in layers:
        pools.setdefault(layer.class_ids[0] if layer.class_ids else 0, []).append(layer)
    sizes = rng.multinomial(len(layers), rng.dirichlet(np.full(builds, 8.0)))
    dealt = []
    for build, size in enumerate(sizes):
        liking = dict(zip(sorted(pools), rng.dirichlet(np.full(len(pools), 0.7)), strict=True))
        for _ in range(size):
            there = [k for k in sorted(pools) if pools[k]]
            weights = np.array([liking[k] + 1e-6 for k in there])
            kind = there[int(rng.choice(len(there), p=weights / weights.sum()))]
            dealt.append(replace(pools[kind].pop(0), build=f"build {build}"))
    return dealt


def demo_photos(count: int = PHOTOS) -> list[Layer]:
    """The photos that `flawmark demo` makes, with the classes that were drawn, as one build."""
    drawn = [
        sorted({d.class_name for d in powder_bed_photo(20260101 + n).defects}) for n in range(count)
    ]
    names = sorted({name for on in drawn for name in on})
    return [
        Layer(n, "photos", tuple(1 + names.index(name) for name in on))
        for n, on in enumerate(drawn)
    ]


def powder_beds() -> tuple[list[Layer], np.ndarray]:
    """Real photos without labels, a folder a build, and what each looks like."""
    folders = sorted(p for p in (DATA / "powder-bed").iterdir() if p.is_dir())
    photos = [p for f in folders for p in sorted(f.iterdir(), key=lambda p: natural_key(p.name))]
    layers = [Layer(n, photo.parent.name) for n, photo in enumerate(photos)]
    return layers, np.array([look(photo) for photo in photos], np.uint64)


def looking_alike(layers: Sequence[Layer], looks: np.ndarray) -> float:
    """The share of val and test that is a near-duplicate of a photo in train."""
    train = np.array([x.split == "train" for x in layers])
    held_out = np.array([x.split in ("val", "test") for x in layers])
    _, bits = nearest(looks[held_out], looks[train])
    return float((bits <= NEAR_BITS).mean())


def many(images: int, builds: int) -> list[Layer]:
    rng = random.Random(1)
    layers = []
    for build in range(builds):
        likely = [0.3 * rng.random() for _ in range(8)]
        for _ in range(images // builds):
            on = tuple(k + 1 for k, p in enumerate(likely) if rng.random() < p)
            layers.append(Layer(len(layers), f"build {build}", on))
    return layers


def print_ways(title: str, layers: Sequence[Layer]) -> None:
    builds = len({x.build for x in layers})
    print(f"\n{title}: {len(layers)} photos, {builds} builds")
    for name, way in WAYS.items():
        print(f"  {name:21s} {measure(way, layers, 1 if name == 'flawmark' else SEEDS)}")


def main() -> None:
    print_ways("demo", demo_photos())
    print_ways("demo, in 12 builds", in_builds(demo_photos(), 12))
    if not DATA.is_dir():
        sys.exit("The real photos are not here: ../shared/data")
    photos = neu_det()
    print_ways("NEU-DET as it lies", photos)
    for builds in (12, 24, 48, 96):
        print_ways(f"NEU-DET in {builds} made-up builds", in_builds(photos, builds))
    layers, looks = powder_beds()
    print(f"\npowder beds, {len(layers)} photos in {len({x.build for x in layers})} folders:")
    for name, way in WAYS.items():
        alike = fmean(looking_alike(way(layers, seed), looks) for seed in range(5))
        print(f"  {name:21s} {alike:6.1%} of val and test look like a photo in train")
    print()
    for builds in (1, 30, 1_000, 100_000):
        layers = many(100_000, builds)
        started = time.perf_counter()
        divide(layers, SHARES)
        print(f"100,000 images in {builds} builds: {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
