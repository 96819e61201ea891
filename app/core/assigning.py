"""Who labels what: images handed out so that everybody has about as much to do."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heapreplace

from app.core.edit import Edit, ImageEdit
from app.core.image import ImageLabel, changed_fields

_WHOSE = "assigned_to"


def only_hands_out(edits: Iterable[Edit]) -> bool:
    """Whether they say nothing but who is to label: that is no work on an image."""
    return all(
        isinstance(edit, ImageEdit) and [*changed_fields(edit.before, edit.after)] == [_WHOSE]
        for edit in edits
    )


def whose(label: ImageLabel) -> str | None:
    """Who is to go on with an image. What comes back goes to who handed it in; else, and where
    nobody did by hand, to whom it was handed out."""
    if label.state == "returned":
        return label.annotator or label.assigned_to
    return label.assigned_to


def handed_out(
    builds: Mapping[str, Sequence[int]], load: Mapping[str, int], *, whole: bool
) -> dict[int, str]:
    """Image id → person. `builds` are the images to hand out, by the build they belong to; `load`
    how many images each person has to do already.

    With `whole` a build goes to one person: the largest first, each to whoever has least (Graham's
    longest processing time first, 1969: nobody has more than 4/3 of what the best hand-out would
    give). Without, each gets a run of images that follow one another, so that layers stay together.
    Raises ValueError when there is nobody.
    """
    if not load:
        raise ValueError("nobody to hand images to")
    if whole:
        return _by_build(builds, dict(load))
    return _by_runs([image_id for ids in builds.values() for image_id in ids], dict(load))


def _by_build(builds: Mapping[str, Sequence[int]], load: dict[str, int]) -> dict[int, str]:
    to: dict[int, str] = {}
    for name in sorted(builds, key=lambda name: (-len(builds[name]), name)):
        person = min(load, key=lambda who: load[who])
        load[person] += len(builds[name])
        to |= dict.fromkeys(builds[name], person)
    return to


def _by_runs(ids: Sequence[int], load: dict[str, int]) -> dict[int, str]:
    share = _levelled(load, len(ids))
    to: dict[int, str] = {}
    start = 0
    for person, count in share.items():
        to |= dict.fromkeys(ids[start : start + count], person)
        start += count
    return to


def _levelled(load: Mapping[str, int], count: int) -> dict[str, int]:
    """How many more each gets, one after the other to whoever has least."""
    share = dict.fromkeys(load, 0)
    least_first = [(has, place, who) for place, (who, has) in enumerate(load.items())]
    heapify(least_first)
    for _ in range(count):
        has, place, who = least_first[0]
        share[who] += 1
        heapreplace(least_first, (has + 1, place, who))
    return share
