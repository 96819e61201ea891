"""The model shelf: a folder for each model, with its weights or where they lie, and its card."""

import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from app.core.errors import UserError
from app.core.progress import OnProgress, ignore_progress
from app.services.shelf_card import CARD, TRIAL, Card, Trial, read_card, read_trial
from app.services.shelf_model import ShelfModel, read_model
from app.services.shelf_names import SHIPPED, fit_name, suggest_name
from app.services.shelf_pieces import Gathered, gather, in_place, stamp_of
from backends.bert_folder import BERT_FOLDER
from backends.identify import WeightsFacts, identify
from backends.weights import file_hash, weights_files, weights_hash

__all__ = ["Addition", "Removed", "Shelf", "ShelfModel"]

_WORK_PREFIX = ".adding-"
_GONE_PREFIX = ".removing-"
_STALE_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Addition:
    """What is to be put on the shelf: a file or folder at `path`.

    None for `name`: taken from the path. `in_place` leaves the weights where they are. `move` takes
    them away from there. `sha256` is what the weights must hash to. `language_model` is the BERT
    folder of an original GroundingDINO. `trust` vouches for weights that run code.
    """

    path: Path
    name: str | None = None
    in_place: bool = False
    move: bool = False
    sha256: str | None = None
    language_model: Path | None = None
    source: str | None = None
    licence: str | None = None
    trust: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """`left_at` is where weights lie that were only referred to."""

    name: str
    folder: Path
    freed_bytes: int
    left_at: Path | None


class Shelf:
    """`folder` need not exist. Several processes may use one shelf at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[ShelfModel]:
        """By name. A model that can't be used is among them, with its `problem`."""
        return [read_model(folder) for folder in self._folders()]

    def find(self, name: str) -> ShelfModel | None:
        """None when no model is called so.

        Raises UserError when its weights or card are gone, damaged or changed. Cheap: the weights
        are read again only when a file's size or time differs.
        """
        folder = self._folder_of(name)
        if folder is None:
            return None
        model = read_model(folder)
        if model.problem:
            raise UserError(model.problem, hint=f"Remove the model `{model.name}`, add it again.")
        return model

    def add(
        self, wanted: Addition, *, by: str, on_progress: OnProgress = ignore_progress
    ) -> ShelfModel:
        """`by` is the person who vouches for it, where that is wanted. Progress is in megabytes.

        Raises UserError for what is no model, for a name that is taken or unfit, for weights with
        another hash than asked for, and for a disk without room. Nothing half is left behind.
        """
        facts = identify(wanted.path)
        name = self._name_for(wanted, facts)
        gathered = gather(facts, wanted.language_model)
        if wanted.in_place:
            if gathered.beside_from_elsewhere:
                raise UserError(
                    "Weights that stay in place need their BERT folder beside them.",
                    hint=f"Put it into {facts.weights.parent / BERT_FOLDER}, or let the weights be "
                    "copied.",
                )
            gathered = in_place(facts)
        with _said(self.folder), self._work_folder() as work:
            if wanted.move:  # the slip may be in the hash: what was fetched stays then
                _ensure_expected(wanted, facts.weights)
            sha256 = gathered.bring(work, move=wanted.move, on_progress=on_progress)
            _ensure_expected(wanted, work / gathered.weights, sha256)
            card = _card(name, facts, gathered, wanted, sha256, work, by)
            card.write(work / CARD)
            target = self.folder / name
            if self._folder_of(name) is not None:
                raise _taken(name)
            work.rename(target)
        return read_model(target)

    def ensure_free(self, name: str) -> str:
        """`name` as it will stand on the shelf. Raises UserError when it is taken or unfit."""
        name = fit_name(name)
        if self._folder_of(name) is not None:
            raise _taken(name)
        return name

    def remove(self, name: str) -> Removed:
        """Raises UserError when no model is called so, or it ships with Flawmark."""
        if name.casefold() in SHIPPED:
            raise UserError(
                f"The model {name} ships with Flawmark and can't be removed.",
                hint="It takes no room on the shelf.",
            )
        folder = self._folder_of(name)
        if folder is None:
            raise self.unknown(name)
        model = read_model(folder)
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        with _said(self.folder):
            gone = folder.with_name(f"{_GONE_PREFIX}{uuid4().hex[:8]}")
            folder.rename(gone)
            shutil.rmtree(gone)
        return Removed(folder.name, folder, size, model.weights if model.is_in_place else None)

    def remember_trial(self, name: str, trial: Trial) -> None:
        """Also of a model that ships. A shelf that can't be written doesn't keep it."""
        with suppress(OSError):
            folder = self._folder_of(name) or self.folder / f".{name}"
            folder.mkdir(parents=True, exist_ok=True)
            trial.write(folder / TRIAL)

    def trial_of_shipped(self, name: str, weights_hash: str) -> Trial | None:
        """None where it wasn't tried as it ships now."""
        return read_trial(self.folder / f".{name}", weights_hash)

    def trust(self, name: str, *, by: str) -> None:
        """Notes that `by` vouches for the model. Raises UserError when no model is called so."""
        folder = self._folder_of(name)
        if folder is None:
            raise self.unknown(name)
        with _said(self.folder):
            replace(read_card(folder), trusted_by=by).write(folder / CARD)

    def unknown(self, name: str) -> UserError:
        names = ", ".join([*SHIPPED, *(folder.name for folder in self._folders())])
        return UserError(f"No model is called {name}.", hint=f"There is {names}.")

    def _folders(self) -> list[Path]:
        try:
            found = [f for f in self.folder.iterdir() if f.is_dir() and f.name[0] != "."]
        except FileNotFoundError:
            return []
        except OSError as e:
            raise _no_shelf(self.folder, e) from e
        return sorted(found, key=lambda folder: folder.name.casefold())

    def _folder_of(self, name: str) -> Path | None:
        wanted = _folded(name)
        return next((f for f in self._folders() if _folded(f.name) == wanted), None)

    def _name_for(self, wanted: Addition, facts: WeightsFacts) -> str:
        if wanted.name is None:
            stem = facts.weights.stem if facts.weights.is_file() else facts.weights.resolve().name
            return suggest_name(stem, [folder.name for folder in self._folders()])
        return self.ensure_free(wanted.name)

    @contextmanager
    def _work_folder(self) -> Iterator[Path]:
        """An empty folder on the shelf that is gone afterwards, unless it was renamed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        work = self.folder / f"{_WORK_PREFIX}{uuid4().hex[:8]}"
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _sweep(self) -> None:
        """Removes what was left by processes that were killed long ago."""
        for prefix in (_WORK_PREFIX, _GONE_PREFIX):
            for left in self.folder.glob(f"{prefix}*"):
                with suppress(FileNotFoundError):  # another process is at work there
                    if time.time() - left.stat().st_mtime > _STALE_S:
                        shutil.rmtree(left, ignore_errors=True)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _card(
    name: str,
    facts: WeightsFacts,
    gathered: Gathered,
    wanted: Addition,
    sha256: str,
    work: Path,
    by: str,
) -> Card:
    weights = work / gathered.weights
    return Card(
        name=name,
        family=facts.family,
        variant=facts.variant,
        file=gathered.weights,
        source=wanted.source or str(wanted.path.absolute()),
        sha256=sha256,
        stamp=stamp_of(weights),
        size_bytes=sum(file.stat().st_size for file in weights_files(weights)),
        added_at=datetime.now(UTC).isoformat(timespec="seconds"),
        in_place=wanted.in_place,
        runs_code=facts.runs_code,
        trusted_by=by if wanted.trust and facts.runs_code else "",
        licence=wanted.licence or facts.licence,
        class_names=facts.class_names,
        needs=facts.needs,
    )


def _ensure_expected(wanted: Addition, weights: Path, sha256: str | None = None) -> None:
    """`sha256` of the weights, where it is known. Of a folder, that of its largest file will do."""
    if wanted.sha256 is None:
        return
    largest = max(weights_files(weights), key=lambda file: file.stat().st_size)
    found = sha256 if sha256 and weights.is_file() else file_hash(largest)
    if wanted.sha256.strip().casefold() not in (found, sha256 or weights_hash(weights)):
        raise UserError(
            f"{wanted.path} is not what was asked for: its SHA-256 is {found}, not "
            f"{wanted.sha256}.",
            hint="Copy or download it again; if it stays so, do not use it.",
        )


def _taken(name: str) -> UserError:
    return UserError(
        f"A model on the shelf is already called {name}.",
        hint="Give another --name, or remove that one first.",
    )


def _no_shelf(folder: Path, error: OSError) -> UserError:
    return UserError(
        f"The model shelf {folder} can't be used: {error.strerror or error}.",
        hint="Check its rights and free space, or put it elsewhere (FLAWMARK_MODELS). Nothing half "
        "was left.",
    )


@contextmanager
def _said(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        raise _no_shelf(folder, e) from e
