"""Which files make up a model, and how they come onto the shelf."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import UserError
from app.core.progress import OnProgress
from app.services.shelf_copy import Piece, copy_pieces, move_pieces
from backends.bert_folder import (
    BERT_FOLDER,
    LANGUAGE_MODEL_FILES,
    language_model_beside,
    why_no_bert,
)
from backends.identify import WeightsFacts
from backends.weights import folder_hash, weights_files, weights_hash


@dataclass(frozen=True, slots=True)
class Gathered:
    """`weights` is where its loader finds them: relative to the model's folder, or absolute.

    `pieces` are the weights' own files, `beside` what else the loader needs; neither where they
    stay in place.
    """

    weights: str
    pieces: tuple[Piece, ...] = ()
    beside: tuple[Piece, ...] = ()
    beside_from_elsewhere: bool = False

    def bring(self, folder: Path, *, move: bool, on_progress: OnProgress) -> str:
        """Puts everything into `folder` and says what the weights there hash to.

        `move` takes the weights' own files away from where they are; the others are copied.
        Raises UserError when there is no room, OSError.
        """
        if move:
            move_pieces(self.pieces, folder)
            copy_pieces(self.beside, folder, on_progress=on_progress)
        if move or not self.pieces:
            return weights_hash(folder / self.weights)
        hashes = copy_pieces([*self.pieces, *self.beside], folder, on_progress=on_progress)
        if len(self.pieces) == 1 and self.pieces[0].target == self.weights:
            return hashes[self.weights]
        return folder_hash(
            (piece.target.removeprefix(f"{self.weights}/"), hashes[piece.target])
            for piece in self.pieces
        )


def gather(facts: WeightsFacts, language_model: Path | None) -> Gathered:
    """The files as they are now. `language_model` is a BERT folder given for these weights.

    Raises UserError when that is none, or these weights want none.
    """
    weights = facts.weights
    if weights.is_dir():
        name = weights.resolve().name
        pieces = tuple(
            Piece(file, f"{name}/{file.relative_to(weights).as_posix()}")
            for file in weights_files(weights)
        )
    else:
        name = weights.name
        pieces = (Piece(weights, name),)
    beside = _beside(facts, language_model)
    return Gathered(name, pieces, beside, beside_from_elsewhere=language_model is not None)


def in_place(facts: WeightsFacts) -> Gathered:
    """Nothing is brought: the weights are used where they lie."""
    return Gathered(str(facts.weights.resolve()))


def stamp_of(weights: Path) -> str:
    """Changes when a file of the weights is replaced or written to. Raises UserError, OSError."""
    held = ((f.name, f.stat()) for f in weights_files(weights))
    listed = "\n".join(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in held)
    return hashlib.sha256(listed.encode()).hexdigest()[:32]


def _beside(facts: WeightsFacts, language_model: Path | None) -> tuple[Piece, ...]:
    wants_words = facts.family == "grounding-dino" and facts.weights.is_file()
    if language_model is not None:
        _ensure_bert(language_model, facts, wanted=wants_words)
    if not wants_words:
        return ()
    config = facts.weights.with_suffix(".py")  # what it was trained with, if it isn't as published
    pieces = [Piece(config, config.name)] if config.is_file() else []
    folder = language_model or language_model_beside(facts.weights)
    if folder is not None:
        files = (folder / name for name in LANGUAGE_MODEL_FILES)
        pieces += [Piece(file, f"{BERT_FOLDER}/{file.name}") for file in files if file.is_file()]
    return tuple(pieces)


def _ensure_bert(folder: Path, facts: WeightsFacts, *, wanted: bool) -> None:
    if not wanted:
        raise UserError(
            f"{facts.weights} is {facts.title}: it needs no BERT folder.",
            hint="Leave --bert away.",
        )
    why_not = why_no_bert(folder)
    if why_not:
        raise UserError(
            f"{folder} is no BERT folder: {why_not}.",
            hint="Give a folder with config.json and vocab.txt of bert-base-uncased. Its weights "
            "are not needed.",
        )
