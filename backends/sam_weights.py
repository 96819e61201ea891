"""The tensors of a Segment Anything weight file, and the model family that their names tell."""

import hashlib
import logging
import pickle
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch

from app.core.errors import UserError
from backends import safetensors_file
from backends.file_kinds import damaged
from backends.memory_errors import out_of_memory
from backends.weights import check_filled, check_torch, readable, weights_hash

_LOG = logging.getLogger(__name__)

State = dict[str, torch.Tensor]

EXPECTED = (
    "Use the file as its makers publish it: Segment Anything (sam_vit_b, l or h), MobileSAM, or "
    "SAM 2 or 2.1 (tiny, small, base plus or large)."
)


def load_state(path: Path) -> State:
    """Tensors by name, on the CPU. They stay in the file until they are computed with.

    No code in the file is run. Raises UserError for a file that isn't there, is cut short or holds
    something else than named tensors.
    """
    with readable(path):
        check_filled(path)
        if path.suffix.lower() == ".safetensors":
            content = _read_safetensors(path)
        else:
            check_torch(path)
            content = _read_torch(path)
    nested = content.get("model") if isinstance(content, dict) else None
    state = nested if isinstance(nested, dict) else content
    if not isinstance(state, dict) or not state or not _names_tensors(state):
        raise UserError(
            f"{path} is no Segment Anything model: it holds no named tensors.", hint=EXPECTED
        )
    return state


def fingerprint(path: Path) -> str:
    """Tells weights apart, in hex: their hash, or where the file lists check sums, that of these.

    A file saved by torch is a zip archive, so that gigabytes need not be read at every start.
    """
    if not zipfile.is_zipfile(path):
        return weights_hash(path)
    with zipfile.ZipFile(path) as archive:
        parts = sorted((part.filename, part.file_size, part.CRC) for part in archive.infolist())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def layer_count(state: Mapping[str, torch.Tensor], prefix: str) -> int:
    """How many layers are numbered under `prefix`: the tensors are called PREFIX0.…, PREFIX1.…"""
    return len({name[len(prefix) :].split(".")[0] for name in state if name.startswith(prefix)})


def fill(model: torch.nn.Module, state: State, *, spare: tuple[str, ...] = ()) -> None:
    """Gives a model its tensors, as they are, not copied: they go on lying in their file.

    Tensors whose names start with one of `spare` may be there and aren't used.
    Raises RuntimeError when others are too many, missing or of another shape.
    """
    wanted = {name: each for name, each in state.items() if not name.startswith(spare)}
    model.load_state_dict(wanted, assign=True)
    model.float().eval().requires_grad_(False)


@contextmanager
def misfits_told(path: Path) -> Iterator[None]:
    """Raises UserError for what building a model raises when its tensors are not a model's own."""
    try:
        yield
    except (ArithmeticError, AssertionError, LookupError, RuntimeError, ValueError) as e:
        _LOG.warning("building a model of %s failed", path, exc_info=True)
        lines = str(e).strip().splitlines() or [type(e).__name__]
        reason = f"{e.args[0]} is missing" if isinstance(e, KeyError) else lines[-1].strip()
        raise UserError(
            f"{path} looks like a Segment Anything model, but its tensors don't fit: {reason}",
            hint=EXPECTED,
        ) from e


def foreign(path: Path, state: State) -> UserError:
    """For a file with named tensors of some other model."""
    first = ", ".join(sorted(state)[:2])
    return UserError(
        f"{path} is no Segment Anything model that can be used here: it holds {len(state)} "
        f"tensors, such as {first}.",
        hint=EXPECTED,
    )


def _read_torch(path: Path) -> object:
    try:
        return _unpickled(path)
    except pickle.UnpicklingError as e:
        raise UserError(
            f"{path} is no Segment Anything model: it holds Python objects, not only tensors "
            "(a YOLO model does).",
            hint=EXPECTED,
        ) from e
    # What a damaged pickle has been seen to raise.
    except (AttributeError, EOFError, LookupError, RuntimeError, TypeError, ValueError) as e:
        if out_of_memory(e):
            raise
        _LOG.warning("reading %s failed", path, exc_info=True)
        raise damaged(path) from e


def _unpickled(path: Path) -> object:
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except RuntimeError as e:
        if "mmap can only be used" not in str(e):
            raise
    return torch.load(path, map_location="cpu", weights_only=True)  # saved before torch 1.6


def _read_safetensors(path: Path) -> object:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    safetensors_file.tensor_names(path)
    try:
        return load_file(path)
    except SafetensorError as e:
        raise damaged(path) from e


def _names_tensors(state: Mapping[object, object]) -> bool:
    return all(isinstance(n, str) and isinstance(t, torch.Tensor) for n, t in state.items())
