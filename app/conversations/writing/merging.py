"""Writes a conversation anew around what people wrote in it."""

from collections.abc import Sequence

from app.core.conversation import Exchange


def merged(old: Sequence[Exchange], new: Sequence[Exchange]) -> list[Exchange]:
    """`new`, with every turn of `old` that has an author.

    One that a person edited stands where its topic does in `new`. One that was added, or whose
    topic is gone, stands behind the turn that it stood behind, or else before the one that it stood
    before, or else at the end.
    """
    edited: dict[tuple[str, int | None], Exchange] = {}
    for turn in old:
        if turn.author is not None and turn.section:
            edited.setdefault(turn.topic, turn)
    whole = [edited.get(turn.topic, turn) for turn in new]
    for index, turn in enumerate(old):
        if turn.author is not None and not _holds(whole, turn):
            whole.insert(_place(whole, old, index), turn)
    return whole


def _holds(turns: Sequence[Exchange], turn: Exchange) -> bool:
    # By identity: a person may have added the same words twice.
    return any(each is turn for each in turns)


def _place(whole: Sequence[Exchange], old: Sequence[Exchange], index: int) -> int:
    for before in reversed(old[:index]):
        if (at := _index_of(whole, before)) is not None:
            return at + 1
    for after in old[index + 1 :]:
        if (at := _index_of(whole, after)) is not None:
            return at
    return len(whole)


def _index_of(whole: Sequence[Exchange], turn: Exchange) -> int | None:
    for index, each in enumerate(whole):
        if each is turn or (turn.section and each.topic == turn.topic):
            return index
    return None
