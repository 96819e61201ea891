"""Ratios, shares and what one more box is worth."""

import math
from itertools import compress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.balance import Balance, ClassFigures, Crowd, Tally, imbalance_ratio, needs
from app.core.label_class import LabelClass
from app.core.sampling import capped


def figures(class_id: int, checked: int, *, target: int = 0, **more: int) -> ClassFigures:
    made = LabelClass(f"class {class_id}", id=class_id, target_count=target)
    return ClassFigures(made, {"approved": Tally(checked, checked, checked, **more)})


def test_excluded_images_do_not_count() -> None:
    states = {"approved": Tally(1, 1, 3, 1), "excluded": Tally(9, 9, 9), "new": Tally(2, 0, 2, 2)}
    each = ClassFigures(LabelClass("streak", target_count=5), states)  # type: ignore[arg-type]

    assert each.total == Tally(3, 1, 5, 3)
    assert each.waiting == Tally(2, 0, 2, 2)
    assert (each.total.checked, each.missing, each.checked_in("approved")) == (2, 3, 2)


@pytest.mark.parametrize(
    ("counts", "ratio"), [([10, 5, 20], 4.0), ([7], 1.0), ([0, 5], None), ([], None)]
)
def test_imbalance_ratio(counts: list[int], ratio: float | None) -> None:
    assert imbalance_ratio(counts) == ratio


def test_the_normal_share_is_of_images_that_were_worked_on() -> None:
    balance = Balance((), {"new": Crowd(50, 0), "approved": Crowd(6, 3), "submitted": Crowd(2, 1)})

    assert balance.worked_on == Crowd(8, 4)
    assert balance.normal_share == 0.5
    assert Balance((), {}).normal_share is None


def test_classes_together_as_shares_of_the_row() -> None:
    classes = (figures(1, 8), figures(2, 4), figures(3, 0))
    shares = Balance(classes, {}, pairs={(1, 2): 2}).together()

    assert shares[0, 1] == 0.25 and shares[1, 0] == 0.5 and shares[0, 2] == 0
    # Of class 3 there is no image but a row of zeros, so nothing can be said of it.
    assert np.isnan(np.diag(shares)).all() and math.isnan(shares[2, 0])


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_the_rarest_class_is_worth_most(counts: list[int]) -> None:
    worth = needs(figures(n, count) for n, count in enumerate(counts))

    assert [worth[n] for n in sorted(worth, key=lambda n: counts[n])] == sorted(
        worth.values(), reverse=True
    )
    assert min(worth.values()) > 0


def test_what_is_promised_often_is_worth_less() -> None:
    promised = {"prelabelled": Tally(9, 0, 9, 9, 3.0, 2)}
    often = ClassFigures(LabelClass("often", id=2), promised)  # type: ignore[arg-type]

    assert needs([figures(1, 0), often]) == {1: 1.0, 2: 0.25}


def test_a_class_with_its_target_met_is_worth_nothing() -> None:
    assert needs([figures(1, 5, target=5), figures(2, 4, target=5)]) == {1: 0.0, 2: 0.2}


classes_on = st.lists(st.frozensets(st.integers(1, 5), max_size=3), max_size=40)


@given(classes_on, st.integers(1, 8))
def test_what_a_cap_leaves_out_has_a_class_at_it(on: list[frozenset[int]], cap: int) -> None:
    images = dict(enumerate(on))
    kept = set(compress(images, capped(on, cap)))
    counts = {c: sum(c in images[i] for i in kept) for c in range(1, 6)}

    assert all(not images[i] <= {c for c in counts if counts[c] < cap} for i in set(images) - kept)
    assert all(i in kept for i, classes in images.items() if not classes)
    rarest = min(range(1, 6), key=lambda c: (sum(c in s for s in on) or 99, c))
    assert counts[rarest] <= cap


@given(classes_on)
def test_a_cap_that_no_class_reaches_keeps_all(on: list[frozenset[int]]) -> None:
    assert all(capped(on, len(on) + 1))


def test_a_frequent_class_is_cut_and_a_rare_one_kept() -> None:
    images = [{1}] * 50 + [{2}] * 3 + [{1, 2}]
    kept = capped(images, 10)

    assert all(kept[50:])
    assert sum(1 in classes for classes in compress(images, kept)) == 10
