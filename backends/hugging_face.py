"""GroundingDINO in a folder as published for transformers: whether it is one, and whole."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.core.errors import UserError
from backends.file_kinds import AGAIN, EXPECTED, damaged
from backends.safetensors_file import tensor_names
from backends.tensor_names import tell
from backends.torch_file import read_torch_file
from backends.weights import WeightsKind, check_filled, check_torch, hugging_face_weights

DINO = "grounding-dino"
"""As a family of BACKENDS, and as transformers calls it."""

_SWIN_BY_WIDTH = {96: "swin-t", 128: "swin-b"}


def model_type(folder: Path) -> str | None:
    """As its config.json states it, "none stated" where it doesn't; None without such a file.

    Raises UserError when the file is damaged.
    """
    return str(_config(folder)["model_type"]) if (folder / "config.json").is_file() else None


def identify_dino(folder: Path) -> tuple[str, WeightsKind]:
    """Variant and kind of weights. Raises UserError for another model, or one that isn't whole."""
    config = _config(folder)
    if config["model_type"] != DINO:
        raise UserError(
            f"{folder} is a Hugging Face model of another kind ({config['model_type']}), not "
            f"{DINO}.",
            hint=EXPECTED,
        )
    weights = hugging_face_weights(folder)
    _ensure_whole(folder, weights)
    names: list[str] = []
    for file in weights:
        if file.suffix != ".json":
            names += _names(file)
    if not any(name.startswith("model.text_backbone.") for name in names):
        raise UserError(
            f"{folder} holds {tell(names).words}, though its config.json says {DINO}.",
            hint=AGAIN,
        )
    width = (config.get("backbone_config") or {}).get("embed_dim", 96)
    variant = f"{_SWIN_BY_WIDTH.get(width, f'swin of width {width}')}, Hugging Face"
    return variant, (WeightsKind.TORCH if weights[0].suffix == ".bin" else WeightsKind.SAFETENSORS)


def _ensure_whole(folder: Path, weights: tuple[Path, ...]) -> None:
    present = {file.name for file in folder.iterdir()}
    absent = [file.name for file in weights if file.name not in present]
    if not weights:
        absent.append("model.safetensors (or pytorch_model.bin)")
    if "preprocessor_config.json" not in present:
        absent.append("preprocessor_config.json")
    if not present & {"tokenizer.json", "vocab.txt"}:
        absent.append("tokenizer.json (or vocab.txt)")
    if absent:
        raise UserError(
            f"{folder} is not a whole Hugging Face model: it lacks {', '.join(absent)}.",
            hint="Copy or download the whole folder.",
        )


def _config(folder: Path) -> Mapping[str, Any]:
    """The folder's config.json, with a `model_type` whatever it states."""
    file = folder / "config.json"
    try:
        config = json.loads(file.read_text("utf-8"))
    except ValueError as e:
        raise damaged(file) from e
    return {"model_type": "none stated"} | (config if isinstance(config, dict) else {})


def _names(file: Path) -> tuple[str, ...]:
    check_filled(file)
    if file.suffix == ".safetensors":
        return tensor_names(file)
    check_torch(file)
    return read_torch_file(file).weight_names
