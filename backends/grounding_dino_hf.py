"""GroundingDINO in Hugging Face's format, run by transformers."""

import logging
from pathlib import Path

import torch
from transformers import AutoTokenizer, GroundingDinoForObjectDetection, GroundingDinoImageProcessor
from transformers.models.grounding_dino.image_processing_grounding_dino import (
    get_size_with_aspect_ratio,
)

from app.core.errors import UserError
from app.core.photo import Rgb
from backends.grounding_dino_engine import LOAD_FAILURES, reason
from backends.memory_errors import out_of_memory

_LOG = logging.getLogger(__name__)

_EXPECTED = (
    "Give a folder as published for transformers (grounding-dino-tiny or -base): config.json, "
    "model.safetensors, preprocessor_config.json, tokenizer.json or vocab.txt."
)

# Where transformers cuts a caption into phrases: numbers that are fixed in its code.
_CUTS = {"[CLS]": 101, "[SEP]": 102, ".": 1012, "?": 1029}


class HuggingFaceEngine:
    """One folder, identified as such. Raises UserError for whatever is wrong in it."""

    def __init__(self, folder: Path) -> None:
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._scaling = GroundingDinoImageProcessor.from_pretrained(
                folder, local_files_only=True
            )
            self._model, told = GroundingDinoForObjectDetection.from_pretrained(
                folder,
                local_files_only=True,
                use_safetensors=any(folder.glob("model.safetensors*")),
                weights_only=True,
                output_loading_info=True,
            )
        except LOAD_FAILURES as e:
            if out_of_memory(e):
                raise
            _LOG.warning("loading %s failed", folder, exc_info=True)
            raise UserError(
                f"{folder} can't be loaded as a GroundingDINO: {reason(e)}", hint=_EXPECTED
            ) from e
        if told["missing_keys"]:
            lacking = sorted(told["missing_keys"])
            raise UserError(
                f"{folder} lacks {len(lacking)} parts of GroundingDINO, {lacking[0]} first.",
                hint=_EXPECTED,
            )
        if self._tokenizer.convert_tokens_to_ids(list(_CUTS)) != list(_CUTS.values()):
            raise UserError(
                f"The vocabulary in {folder} is not the one of bert-base-uncased, which "
                "GroundingDINO needs.",
                hint=_EXPECTED,
            )
        self._model.eval()
        self.window: int = self._model.config.max_text_len
        self.query_count: int = self._model.config.num_queries

    def to(self, device: str) -> None:
        self._model.to(device)

    def tokenize(self, word: str) -> list[str]:
        tokens: list[str] = self._tokenizer.tokenize(word)
        return tokens

    def trained_size(self, size: tuple[int, int]) -> tuple[int, int]:
        limits = self._scaling.size
        if "height" in limits:
            return limits["height"], limits["width"]
        height, width = get_size_with_aspect_ratio(
            size, limits["shortest_edge"], limits.get("longest_edge")
        )
        return height, width

    def prepare(self, photo: Rgb, size: tuple[int, int]) -> torch.Tensor:
        height, width = size
        pixels: torch.Tensor = self._scaling(
            images=photo,
            size={"height": height, "width": width},
            input_data_format="channels_last",
            return_tensors="pt",
        )["pixel_values"][0]
        return pixels

    def infer(self, pixels: torch.Tensor, caption: str) -> tuple[torch.Tensor, torch.Tensor]:
        asked = self._tokenizer([caption] * len(pixels), return_tensors="pt").to(pixels.device)
        answer = self._model(pixel_values=pixels, **asked)
        return answer.logits, answer.pred_boxes
