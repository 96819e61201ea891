"""GroundingDINO checkpoints in their original format, run by groundingdino-py."""

import ast
import logging
import pickle
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from PIL import Image
from torchvision.transforms import functional
from transformers import BertConfig, BertModel, BertTokenizerFast

from app.core.errors import UserError
from app.core.photo import Rgb
from backends.bert_folder import BERT_FOLDER, bert_folders
from backends.file_kinds import damaged
from backends.grounding_dino_engine import LOAD_FAILURES, reason
from backends.memory_errors import out_of_memory

with warnings.catch_warnings():  # of what only its authors can mend
    warnings.filterwarnings("ignore", message="Importing from timm", category=FutureWarning)
    warnings.filterwarnings("ignore", message="invalid escape sequence")
    from groundingdino.models import build_model
    from groundingdino.util import get_tokenlizer

_LOG = logging.getLogger(__name__)

_EXPECTED = (
    "Give a checkpoint of GroundingDINO as its authors publish it, for example "
    "groundingdino_swint_ogc.pth or groundingdino_swinb_cogcoor.pth, whole."
)

# The Swin's first width, and the number of offsets in its windows: (2 * side - 1) squared.
_CONFIGS = {(96, 169): "GroundingDINO_SwinT_OGC.py", (128, 529): "GroundingDINO_SwinB_cfg.py"}
_WIDTH = "backbone.0.patch_embed.proj.weight"
_OFFSETS = "backbone.0.layers.0.blocks.0.attn.relative_position_bias_table"
_WORDS = "bert.embeddings.word_embeddings.weight"
_MARKS = (_WIDTH, _OFFSETS, _WORDS, "feat_map.weight", "transformer.level_embed")

_SHORTER_PX, _LONGER_PX = 800, 1333
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet

State = Mapping[str, torch.Tensor]


class OriginalEngine:
    """One checkpoint (.pth), its language model's folder beside it.

    A config `.py` beside it, of the same name, is read instead of the one its shapes tell; only
    its plain values are, nothing in it is run. Raises UserError for whatever is missing or wrong.
    """

    window = 256  # fixed in the library

    def __init__(self, checkpoint: Path) -> None:
        state = read_checkpoint(checkpoint)
        config = read_architecture(checkpoint, state)
        folder = find_language_model(checkpoint, state)
        try:
            self._tokenizer = BertTokenizerFast.from_pretrained(folder, local_files_only=True)
            language = BertModel(BertConfig.from_pretrained(folder, local_files_only=True))
            with _given(self._tokenizer, language):
                self._model = build_model(SimpleNamespace(**config)).eval()
            lacking, _ = self._model.load_state_dict(state, strict=False)
            self.query_count: int = config["num_queries"]
        except (*LOAD_FAILURES, AssertionError) as e:
            if out_of_memory(e):
                raise
            _LOG.warning("loading %s failed", checkpoint, exc_info=True)
            raise UserError(
                f"{checkpoint} doesn't fit its architecture: {reason(e)}",
                hint=f"Put the config that it was trained with beside it, as "
                f"{checkpoint.with_suffix('.py').name}; and check {folder / 'config.json'}.",
            ) from e
        if lacking:
            raise UserError(
                f"{checkpoint} lacks {len(lacking)} parts of GroundingDINO, {lacking[0]} first.",
                hint=_EXPECTED,
            )

    def to(self, device: str) -> None:
        self._model.to(device)

    def tokenize(self, word: str) -> list[str]:
        tokens: list[str] = self._tokenizer.tokenize(word)
        return tokens

    def trained_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """The shorter side 800 px, unless the longer then has more than 1333."""
        shorter, longer = sorted(size)
        scaled = _SHORTER_PX
        if longer / shorter * scaled > _LONGER_PX:
            scaled = max(1, round(_LONGER_PX * shorter / longer))
        height, width = size
        return (
            (int(scaled * height / width), scaled)
            if width < height
            else (scaled, int(scaled * width / height))
        )

    def prepare(self, photo: Rgb, size: tuple[int, int]) -> torch.Tensor:
        scaled = functional.resize(Image.fromarray(photo), list(size))
        pixels = functional.to_tensor(scaled)
        normal: torch.Tensor = functional.normalize(pixels, _MEAN, _DEVIATION)
        return normal

    def infer(self, pixels: torch.Tensor, caption: str) -> tuple[torch.Tensor, torch.Tensor]:
        with _quiet():
            answer = self._model(pixels, captions=[caption] * len(pixels))
        return answer["pred_logits"], answer["pred_boxes"]


def read_checkpoint(path: Path) -> State:
    """Its tensors by name, as the library names them; no code in the file is run.

    Raises UserError when it holds anything else, or less.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as e:
        _LOG.warning("reading %s failed", path, exc_info=True)
        raise UserError(
            f"{path} holds something else than tensors, which is not opened: it could run code.",
            hint=_EXPECTED,
        ) from e
    except LOAD_FAILURES as e:
        if out_of_memory(e):
            raise
        _LOG.warning("reading %s failed", path, exc_info=True)
        raise damaged(path) from e
    state = content.get("model", content) if isinstance(content, Mapping) else {}
    tensors = _by_name(state) if isinstance(state, Mapping) else {}
    absent = [mark for mark in _MARKS if mark not in tensors]
    if absent:
        raise UserError(f"{path} is no whole GroundingDINO: it has no {absent[0]}.", hint=_EXPECTED)
    return tensors


def _by_name(state: Mapping[object, object]) -> State:
    """Published ones were saved from training on several GPUs, which puts a word before names."""
    return {
        name.removeprefix("module."): value
        for name, value in state.items()
        if isinstance(name, str) and isinstance(value, torch.Tensor)
    }


def read_architecture(checkpoint: Path, state: State) -> dict[str, Any]:
    """The model's settings: of a config beside the checkpoint, else told by its tensors' shapes.

    Raises UserError when there is no config and the shapes are of no published model.
    """
    beside = checkpoint.with_suffix(".py")
    if beside.is_file():
        config = _plain_values(beside.read_bytes(), beside)
    else:
        shapes = state[_WIDTH].shape[0], state[_OFFSETS].shape[0]
        name = _CONFIGS.get(shapes)
        if name is None:
            raise UserError(
                f"{checkpoint} is a GroundingDINO with neither Swin-T nor Swin-B inside.",
                hint=f"Put the config that it was trained with beside it, as {beside.name}.",
            )
        published = files("groundingdino.config").joinpath(name)
        config = _plain_values(published.read_bytes(), Path(name))
    # They trade time for memory in training, and warn when there is nothing to train.
    return config | {"use_checkpoint": False, "use_transformer_ckpt": False}


def _plain_values(source: bytes, path: Path) -> dict[str, Any]:
    try:
        lines = ast.parse(source).body
        return {
            target.id: ast.literal_eval(line.value)
            for line in lines
            if isinstance(line, ast.Assign)
            for target in line.targets
            if isinstance(target, ast.Name)
        }
    except (SyntaxError, ValueError) as e:
        raise UserError(
            f"{path} is no config of GroundingDINO: it holds more than plain values.",
            hint="It may hold nothing but lines like: num_queries = 900",
        ) from e


def find_language_model(checkpoint: Path, state: State) -> Path:
    """The folder, of `bert_folders`, of the BERT that the checkpoint was trained with.

    Raises UserError, naming the files that are needed, when there is none that fits.
    """
    needed = state[_WORDS].shape[0], state["feat_map.weight"].shape[1]
    found = bert_folders(checkpoint)
    for folder, config in found.items():
        if (config.get("vocab_size"), config.get("hidden_size")) == needed:
            return folder
    what = (
        f"The language model in {next(iter(found))} is not the one that {checkpoint.name} was "
        "trained with."
        if found
        else f"{checkpoint.name} needs its language model's words, which are not beside it."
    )
    raise UserError(
        what,
        hint="Put config.json and vocab.txt of bert-base-uncased into "
        f"{checkpoint.absolute().parent / BERT_FOLDER} ({needed[0]} words, {needed[1]} wide). Its "
        "weights are not needed.",
    )


@contextmanager
def _given(tokenizer: BertTokenizerFast, language: BertModel) -> Iterator[None]:
    """Has the library take these, where it would load its own language model with weights."""
    theirs = get_tokenlizer.get_tokenlizer, get_tokenlizer.get_pretrained_language_model
    get_tokenlizer.get_tokenlizer = lambda _: tokenizer
    get_tokenlizer.get_pretrained_language_model = lambda _: language
    try:
        with _quiet():
            yield
    finally:
        get_tokenlizer.get_tokenlizer, get_tokenlizer.get_pretrained_language_model = theirs


@contextmanager
def _quiet() -> Iterator[None]:
    """Silences what the library says of its own code, which nobody here can act on."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.meshgrid", category=UserWarning)
        warnings.filterwarnings("ignore", message=".*device. argument", category=FutureWarning)
        warnings.filterwarnings("ignore", message=".*amp.autocast", category=FutureWarning)
        yield
