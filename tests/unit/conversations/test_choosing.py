import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.conversations.writing.choosing import Choice, Rounds

ROOT = Path(__file__).parents[3]


def test_choices_are_the_same_on_every_machine() -> None:
    choice = Choice(7, "0f" * 32, "en")

    assert [choice.index(20, "question", n) for n in range(6)] == [17, 5, 12, 6, 19, 8]
    assert choice.order(6, "sorts") == [0, 4, 3, 5, 1, 2]


def test_another_process_chooses_the_same() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from app.conversations.writing.choosing import Choice;"
            "print(Choice(1, 'a').number('b', 2))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(told.stdout) == Choice(1, "a").number("b", 2)


def test_parts_of_a_key_do_not_run_together() -> None:
    assert Choice("a", "b").number("c") != Choice("ab").number("c")
    assert Choice("a").number("b", "c") != Choice("a").number("bc")
    assert Choice("a").number("b") != Choice("b").number("a")


@pytest.mark.parametrize("count", [2, 5, 20, 33])
def test_images_spread_evenly_over_a_list(count: int) -> None:
    images = 1440
    used = Counter(Choice(0, f"{n:064x}").turn(count, 0, "presence", "") for n in range(images))

    expected = images / count
    chi_square = sum((used[i] - expected) ** 2 / expected for i in range(count))
    degrees = count - 1
    assert len(used) == count
    assert max(used.values()) / min(used.values()) < 3
    # Beyond this in one of 100,000 even spreads: mean plus 4.5 deviations.
    assert chi_square < degrees + 4.5 * (2 * degrees) ** 0.5


@pytest.mark.parametrize("count", range(1, 13))
def test_turns_meet_every_item_before_one_again(count: int) -> None:
    choice = Choice(3, "hash")

    turns = [choice.turn(count, variant, "cause") for variant in range(2 * count)]

    assert sorted(turns[:count]) == list(range(count))
    assert turns[count:] == turns[:count]


def test_weights_decide_how_often() -> None:
    chosen = Counter(Choice(n).weighted([0, 1, 3], "absent") for n in range(2000))

    assert set(chosen) == {1, 2}
    assert 2.5 < chosen[2] / chosen[1] < 3.6


def test_without_any_weight_all_are_alike() -> None:
    chosen = Counter(Choice(n).weighted([0, 0, 0]) for n in range(900))

    assert set(chosen) == {0, 1, 2}
    assert min(chosen.values()) > 200


def test_some_are_different_ascending_and_used_alike() -> None:
    taken = [Choice(n).some(5, 2, "causes") for n in range(1000)]
    assert all(0 <= first < second < 5 for first, second in taken)
    assert min(Counter(n for pair in taken for n in pair).values()) > 320
    assert len({tuple(pair) for pair in taken}) == 10


def test_an_order_holds_each_index_once() -> None:
    first = Counter(Choice(n).order(4, "sorts")[0] for n in range(1000))

    assert sorted(Choice(5).order(40, "x")) == list(range(40))
    assert min(first.values()) > 180


@pytest.mark.parametrize("count", [1, 2, 5, 20, 26])
def test_numbered_images_use_all_of_a_list_alike(count: int) -> None:
    rounds = Rounds(0, "en")

    used = Counter(rounds.index(n, count, "presence", "") for n in range(1, 3001))

    assert set(used) == set(range(count))
    assert max(used.values()) - min(used.values()) <= 2


def test_what_is_dealt_ahead_is_another_and_used_alike() -> None:
    rounds = Rounds(0, "en")

    dealt = [[rounds.index(n, 20, "prose", ahead=i) for i in range(3)] for n in range(3000)]

    assert all(len(set(three)) == 3 for three in dealt)
    for place in range(3):
        assert set(Counter(three[place] for three in dealt).values()) == {150}


@pytest.mark.parametrize("count", [1, 2, 26])
def test_a_list_is_dealt_alike_whichever_images_come_before(count: int) -> None:
    rounds, numbers = Rounds(3, "en"), list(range(1, 300))
    random.Random(5).shuffle(numbers)
    deal = rounds.deal(count, "cause", 1)

    dealt = [deal.index(n) for n in numbers]

    assert dealt == [rounds.index(n, count, "cause", 1) for n in numbers]


def test_a_part_of_the_images_uses_a_list_more_evenly_than_by_chance() -> None:
    dice, rounds = random.Random(3), Rounds(0, "en")
    part = [n for n in range(1, 6001) if dice.random() < 0.5]

    used = Counter(rounds.index(n, 26, "presence", "") for n in part)

    mean = len(part) / 26
    variance = sum((used[i] - mean) ** 2 for i in range(26)) / 26
    assert variance < 0.8 * mean


def test_lists_of_one_length_are_not_dealt_in_step() -> None:
    rounds = Rounds(0, "en")

    pairs = {(rounds.index(n, 26, "question"), rounds.index(n, 26, "answer")) for n in range(3000)}

    assert len(pairs) > 0.9 * 26**2


def test_a_round_goes_another_way_by_seed_and_by_round() -> None:
    def dealt(seed: int, first: int) -> tuple[int, ...]:
        return tuple(Rounds(seed, "en").index(n, 26, "cause") for n in range(first, first + 26))

    orders = {dealt(seed, 26 * round_) for seed in range(5) for round_ in range(5)}

    assert len(orders) > 20


def test_a_turn_begins_where_it_is_told() -> None:
    choice = Choice(3, "hash")

    turns = [choice.turn_from(4, 12, variant, "cause") for variant in range(12)]

    assert turns[0] == 4
    assert sorted(turns) == list(range(12))
