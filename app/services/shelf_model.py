"""A model as it stands on the shelf: its card, and whether its weights still are what it says."""

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.errors import UserError
from app.services.shelf_card import CARD, Card, Trial, read_card, read_trial
from app.services.shelf_pieces import stamp_of
from backends.bert_folder import BERT_FOLDER, language_model_beside
from backends.weights import weights_hash


@dataclass(frozen=True, slots=True)
class ShelfModel:
    """A model as it stands on the shelf, or as it ships (`is_shipped`).

    `weights` is what its loader is given, None for a model without. `needs` is what it takes to
    run, `missing` what of that isn't there; `problem` says in a sentence why it can't be used, ""
    when it can. `is_trusted`: nobody has to vouch for it any more.
    """

    name: str
    family: str
    variant: str
    weights: Path | None
    weights_hash: str
    size_bytes: int
    source: str
    licence: str = ""
    class_names: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    is_trusted: bool = True
    trusted_by: str = ""
    added_at: str = ""
    is_in_place: bool = False
    is_shipped: bool = False
    trial: Trial | None = None
    problem: str = ""


def read_model(folder: Path) -> ShelfModel:
    """The weights are read again only when the size or time of a file differs."""
    try:
        card = read_card(folder)
    except UserError as e:
        return ShelfModel(folder.name, "", "", None, "", 0, "", problem=e.what)
    weights = Path(os.path.normpath(folder / card.file))
    trial = read_trial(folder, card.sha256)
    model = ShelfModel(
        folder.name,
        card.family,
        card.variant,
        weights,
        card.sha256,
        card.size_bytes,
        card.source,
        licence=card.licence,
        class_names=card.class_names or (trial.class_names if trial else ()),
        needs=card.needs,
        is_trusted=not card.runs_code or bool(card.trusted_by),
        trusted_by=card.trusted_by,
        added_at=card.added_at,
        is_in_place=card.in_place,
        trial=trial,
    )
    problem = _changed(folder, card, weights)
    return replace(model, problem=problem, missing=() if problem else _missing(card, weights))


def ensure_usable(model: ShelfModel, *, trust: bool = False) -> None:
    """Raises UserError for one that can't be used, or that nobody vouched for but for `trust`."""
    if model.problem:
        raise UserError(model.problem, hint=f"Remove the model `{model.name}`, add it again.")
    if model.missing:
        raise UserError(
            f"The model {model.name} lacks {', '.join(model.missing)}.",
            hint="Remove it and add it again with --bert FOLDER, a folder with config.json and "
            "vocab.txt of bert-base-uncased.",
        )
    if not (model.is_trusted or trust):
        raise UserError(
            f"Nobody vouched for the model {model.name}: opening it can run any code that its "
            "maker put inside, with your rights on this computer.",
            hint=f"If you know where it comes from: `flawmark models trust {model.name}`.",
        )


def _changed(folder: Path, card: Card, weights: Path) -> str:
    """What happened to the weights since they were added; "" when nothing did."""
    try:
        stamp = stamp_of(weights)
        if stamp == card.stamp:
            return ""
        if weights_hash(weights) != card.sha256:
            return f"The weights of the model {card.name} changed since they were added: {weights}."
    except (UserError, OSError) as e:
        return f"The weights of the model {card.name} can't be read: {weights} ({e})."
    with suppress(OSError):  # they were only moved, or touched
        replace(card, stamp=stamp).write(folder / CARD)
    return ""


def _missing(card: Card, weights: Path) -> tuple[str, ...]:
    reads_bert = card.family == "grounding-dino" and weights.is_file()
    if reads_bert and language_model_beside(weights) is None:
        return (f"a BERT folder ({BERT_FOLDER} with config.json and vocab.txt) beside the weights",)
    return ()
