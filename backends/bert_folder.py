"""The language model beside an original GroundingDINO: its words and shape, without its weights."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

BERT_FOLDER = "bert-base-uncased"
"""Where it is looked for first, beside the checkpoint."""

BERT_FILES = ("config.json", "vocab.txt")
"""Without these it is none."""

LANGUAGE_MODEL_FILES = (
    *BERT_FILES,
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
)
"""What of it is used where it is there; never its weights."""


def bert_folders(checkpoint: Path) -> dict[Path, Mapping[str, Any]]:
    """Folders with a language model in reach of `checkpoint`, each with its config; the best first.

    `bert-base-uncased` beside the checkpoint, the checkpoint's own folder, or any other beside it.
    """
    home = checkpoint.absolute().parent
    others: list[Path] = []
    with suppress(OSError):  # a folder whose files may be opened, but not listed
        others = sorted(home.iterdir())
    folders = dict.fromkeys([home / BERT_FOLDER, home, *others])
    return {folder: config for folder in folders if (config := _config(folder)) is not None}


def language_model_beside(checkpoint: Path) -> Path | None:
    """The first of `bert_folders`; None when there is none."""
    return next(iter(bert_folders(checkpoint)), None)


def why_no_bert(folder: Path) -> str:
    """What keeps `folder` from being a language model, as the end of a sentence; "" for nothing."""
    if _config(folder) is not None:
        return ""
    lacks = [name for name in BERT_FILES if not _is_file(folder / name)]
    return f"it lacks {', '.join(lacks)}" if lacks else "its config.json is not that of a BERT"


def _config(folder: Path) -> Mapping[str, Any] | None:
    """None where there is none, for another model's, and where a folder is none of our business."""
    if not _is_file(folder / "vocab.txt"):
        return None
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    # A GroundingDINO for transformers has a vocabulary beside its config, too.
    is_bert = isinstance(config, dict) and config.get("model_type", "bert") == "bert"
    return config if is_bert else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be entered
        return False
