"""Puts a model on the shelf, from this machine's files or, where that is asked for, from a hub."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.errors import UserError
from app.core.progress import OnProgress, ignore_progress
from app.core.stopping import Stop
from app.services.hub_fetch import Fetched
from app.services.hub_place import HubPlace, is_hub_place, parse_place
from app.services.shelf import Addition, Shelf, ShelfModel
from app.services.shelf_download import discard, download
from backends.weights import is_trusted

OnStep = Callable[[str], OnProgress]
"""Called with the title of a step; what it returns is called with its progress."""


@dataclass(frozen=True, slots=True)
class AddRequest:
    """`model` is a path, or `hf:OWNER/NAME[@REVISION][/FILE]`, which needs `from_hub`; so `bert`.

    The others are as in `Addition`. Weights in `trusted_folders` need no `trust`.
    """

    model: str
    name: str | None = None
    in_place: bool = False
    from_hub: bool = False
    bert: str | None = None
    sha256: str | None = None
    licence: str | None = None
    trust: bool = False
    trusted_folders: Sequence[Path] = ()


def add_model(
    shelf: Shelf,
    request: AddRequest,
    *,
    by: str,
    on_step: OnStep = lambda _: ignore_progress,
    stop: Stop | None = None,
) -> ShelfModel:
    """Raises UserError as `Shelf.add` and `download` do, Cancelled after `stop`."""
    _ensure_asked_for(request)
    if request.name is not None:
        shelf.ensure_free(request.name)

    def fetch(text: str, title: str, *, words_only: bool) -> Fetched:
        return download(
            parse_place(text),
            shelf.folder,
            words_only=words_only,
            on_progress=on_step(f"{title}, MB"),
            stop=stop,
        )

    fetched: list[Fetched] = []
    words = None if request.bert is None else Path(request.bert)
    if request.bert is not None and is_hub_place(request.bert):
        fetched.append(fetch(request.bert, "Language model", words_only=True))
        words = fetched[-1].model
    wanted = _addition(request, words)
    if is_hub_place(request.model):
        fetched.append(fetch(request.model, "Download", words_only=False))
        wanted = _from_hub(wanted, parse_place(request.model), fetched[-1])
    added = shelf.add(wanted, by=by, on_progress=on_step("Copy, MB"))
    for each in fetched:  # only now: whatever was wrong, gigabytes need not come again
        discard(each, shelf.folder)
    return added


def _ensure_asked_for(request: AddRequest) -> None:
    places = [text for text in (request.model, request.bert) if text and is_hub_place(text)]
    if places and not request.from_hub:
        raise UserError(
            f"{places[0]} lies on a hub, and nothing is downloaded unless you ask for it.",
            hint="Add --download, or bring the file by other means and give its path.",
        )
    if request.from_hub and not places:
        raise UserError(
            f"{request.model} is a path of this machine: there is nothing to download.",
            hint="Leave --download away, or name a place on a hub: hf:OWNER/NAME",
        )
    if is_hub_place(request.model) and request.in_place:
        raise UserError(
            "What is downloaded has no other place than the shelf.", hint="Leave --in-place away."
        )


def _addition(request: AddRequest, words: Path | None) -> Addition:
    path = Path(request.model)
    return Addition(
        path,
        name=request.name,
        in_place=request.in_place,
        sha256=request.sha256,
        language_model=words,
        licence=request.licence,
        trust=request.trust or is_trusted(path, request.trusted_folders),
    )


def _from_hub(wanted: Addition, place: HubPlace, fetched: Fetched) -> Addition:
    return replace(
        wanted,
        path=fetched.model,
        move=True,
        source=str(replace(place, revision=fetched.commit)),
        licence=wanted.licence or fetched.licence,
    )
