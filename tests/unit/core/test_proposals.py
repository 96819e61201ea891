"""What a model may and may not change beside the work of others."""

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.proposals import proposal_edits

OWN, OTHER = 1, 2
STREAK, SLAG = 1, 2
PLACE = Box(0, 0, 10, 100)
NEAR = Box(1, 0, 11, 100)
APART = Box(50, 0, 60, 100)


def proposal(uid: str, box: Box, run_id: int, class_id: int = STREAK) -> Annotation:
    return Annotation(uid, class_id, box, score=0.5, run_id=run_id)


def edits(
    found: list[Annotation],
    *,
    standing: list[Annotation] | None = None,
    rejected: list[Annotation] | None = None,
) -> list[tuple[str | None, str | None]]:
    made = proposal_edits(7, standing or [], rejected or [], found, own_runs={OWN})
    assert all(isinstance(e, AnnotationEdit) and e.image_id == 7 for e in made)
    return [(e.before and e.before.uid, e.after and e.after.uid) for e in made]


def test_finds_on_an_untouched_image_come_in() -> None:
    assert edits([proposal("new", PLACE, OWN)]) == [(None, "new")]


def test_a_models_own_proposals_are_replaced() -> None:
    old = proposal("old", PLACE, OWN)
    assert edits([proposal("new", NEAR, OWN)], standing=[old]) == [("old", None), (None, "new")]
    assert edits([], standing=[old]) == [("old", None)]


def test_what_a_person_touched_stays_and_is_not_doubled() -> None:
    for touched in (
        Annotation("hers", STREAK, PLACE, author="li"),
        proposal("accepted", PLACE, OWN).touched_by("li"),
        Annotation("relabelled", SLAG, PLACE, author="li"),
    ):
        assert edits([proposal("new", NEAR, OWN)], standing=[touched]) == []
        assert edits([proposal("new", APART, OWN)], standing=[touched]) == [(None, "new")]


def test_another_models_proposal_is_not_doubled_but_may_be_contradicted() -> None:
    theirs = proposal("theirs", PLACE, OTHER)
    assert edits([proposal("new", NEAR, OWN)], standing=[theirs]) == []
    assert edits([proposal("new", NEAR, OWN, SLAG)], standing=[theirs]) == [(None, "new")]


def test_a_rejected_proposal_does_not_come_back() -> None:
    rejected = proposal("no", PLACE, OWN)
    assert edits([proposal("new", NEAR, OWN)], rejected=[rejected]) == []
    assert edits([proposal("new", NEAR, OWN, SLAG)], rejected=[rejected]) == [(None, "new")]


def test_a_thin_streak_beside_a_confirmed_one_survives() -> None:
    confirmed = Annotation("hers", STREAK, PLACE, author="li")
    same, neighbour = proposal("same", PLACE, OWN), proposal("beside", Box(3, 0, 13, 100), OWN)
    assert edits([neighbour, same], standing=[confirmed]) == [(None, "beside")]


def test_finding_the_same_again_changes_nothing() -> None:
    old = [proposal("a", PLACE, OWN), proposal("b", PLACE, OWN), proposal("c", APART, OWN)]
    again = [proposal("x", PLACE, OWN), proposal("y", APART, OWN)]
    assert edits(again, standing=old) == [("a", None)]
    assert edits([proposal("z", PLACE.moved(0.1, 0), OWN)], standing=[old[2]]) == [
        ("c", None),
        (None, "z"),
    ]
