import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.annotation import Annotation
from app.core.blind import is_blind, share_of, visible
from app.core.errors import UserError
from app.core.geometry import Box

BOX = Box(0, 0, 5, 5)
PROPOSAL = Annotation("p", 1, BOX, score=0.5, run_id=1)
TOUCHED = Annotation("t", 1, BOX, score=0.5, run_id=1, author="ann")
DRAWN = Annotation("d", 1, BOX, author="ann")
HASHES = [f"{n:064x}" for n in range(2_000)]

shares = st.floats(0, 1)


@given(st.text(), st.text(), shares, shares)
def test_a_larger_share_keeps_those_that_were_blind(content_hash, seed, one, other):
    small, large = sorted((one, other))
    if is_blind(content_hash, share=small, seed=seed):
        assert is_blind(content_hash, share=large, seed=seed)


@given(st.text(), st.text())
def test_no_image_and_every_image(content_hash, seed):
    assert not is_blind(content_hash, share=0, seed=seed)
    assert is_blind(content_hash, share=1, seed=seed)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_the_share_is_about_kept(share):
    blind = sum(is_blind(h, share=share, seed="line3") for h in HASHES)
    assert blind / len(HASHES) == pytest.approx(share, abs=0.03)


def test_another_seed_draws_others_and_the_same_seed_the_same():
    def drawn(seed):
        return [h for h in HASHES if is_blind(h, share=0.2, seed=seed)]

    assert drawn("ann") == drawn("ann")
    shared = set(drawn("ann")) & set(drawn("bo"))
    assert len(shared) < 0.1 * len(HASHES)


def test_the_draw_is_the_same_on_every_machine():
    drawn = [n for n in range(20) if is_blind(f"photo{n}", share=0.3, seed="line3")]
    assert drawn == [1, 6, 10, 12, 13, 14, 15, 16]


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_outside_is_our_mistake(share):
    with pytest.raises(ValueError, match="outside"):
        is_blind("h", share=share, seed="")


@pytest.mark.parametrize(("setting", "share"), [(None, 0.0), (0, 0.0), (1, 1.0), (0.25, 0.25)])
def test_what_a_team_may_set(setting, share):
    assert share_of(setting) == share


@pytest.mark.parametrize("setting", ["0.2", 20, -0.1, float("nan"), True, [0.2]])
def test_what_a_team_may_not_set(setting):
    with pytest.raises(UserError, match="can't be"):
        share_of(setting)


def test_on_a_blind_image_only_what_people_drew_or_touched_is_visible():
    everything = [PROPOSAL, TOUCHED, DRAWN]
    assert visible(everything, is_blind=True) == [TOUCHED, DRAWN]
    assert visible(everything, is_blind=False) == everything
