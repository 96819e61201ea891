"""Segment Anything as first published, vit_b, vit_l and vit_h: what segment-anything computes."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from segment_anything.modeling import (
    ImageEncoderViT,
    MaskDecoder,
    PromptEncoder,
    Sam,
    TwoWayTransformer,
)
from segment_anything.utils.transforms import ResizeLongestSide
from torchvision.transforms.functional import resize, to_pil_image

from app.core.photo import Rgb
from app.core.segmentation import Prompt
from backends.devices import half_where_faster
from backends.embedding_cache import Embedding
from backends.sam_engine import half_maps, map_tensors, prompt_tensors
from backends.sam_masks import Decoded
from backends.sam_weights import State, fill, layer_count

_TITLES = {(768, 12): "SAM vit_b", (1024, 24): "SAM vit_l", (1280, 32): "SAM vit_h"}
_DECODER_HEADS = 8  # leaves no trace in the tensors' shapes; all published weights have eight
_ENCODER = "image_encoder."
_DECODER = "mask_decoder."


def is_original(state: State) -> bool:
    """Whether the tensors are named as segment-anything names them."""
    return f"{_ENCODER}patch_embed.proj.weight" in state and f"{_ENCODER}neck.0.weight" in state


class OriginalSam:
    """A `SamEngine`; its depth, width, heads and sizes are those that the tensors' shapes tell."""

    def __init__(self, state: State, device: str) -> None:
        with torch.device("meta"):
            self._model = Sam(_encoder(state), _prompt_encoder(state), _decoder(state))
        fill(self._model, state)
        self._model.to(device)
        self._device = device
        self._side_px: int = self._model.image_encoder.img_size
        with torch.inference_mode():
            self._positions = self._model.prompt_encoder.get_dense_pe()
        width, depth = _width(state), layer_count(state, f"{_ENCODER}blocks.")
        self.title = _TITLES.get((width, depth), f"SAM ViT {depth}x{width}")

    @torch.inference_mode()
    def encode(self, photos: Sequence[Rgb]) -> list[Embedding]:
        inputs = torch.cat([self._prepared(photo) for photo in photos])
        with half_where_faster(self._device):
            features = self._model.image_encoder(inputs)
        return [
            Embedding(photo.shape[0], photo.shape[1], maps)
            for photo, maps in zip(photos, half_maps(features), strict=True)
        ]

    @torch.inference_mode()
    def decode(self, embedding: Embedding, prompt: Prompt) -> Decoded:
        height, width = self._input_size(embedding.height_px, embedding.width_px)
        given = prompt_tensors(
            prompt,
            sx=width / embedding.width_px,
            sy=height / embedding.height_px,
            device=self._device,
        )
        sparse, dense = self._model.prompt_encoder(points=given.points, boxes=given.box, masks=None)
        masks, scores = self._model.mask_decoder.predict_masks(
            image_embeddings=map_tensors(embedding, self._device)[0],
            image_pe=self._positions,
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
        )
        return Decoded(
            masks[0].cpu().numpy(),
            scores[0].cpu().numpy(),
            filled=(float(height), float(width)),
            known=(height, width),
            finer=self._side_px // masks.shape[-1],
        )

    def _input_size(self, height_px: int, width_px: int) -> tuple[int, int]:
        height, width = ResizeLongestSide.get_preprocess_shape(height_px, width_px, self._side_px)
        return max(height, 1), max(width, 1)

    def _prepared(self, photo: Rgb) -> torch.Tensor:
        size = self._input_size(photo.shape[0], photo.shape[1])
        scaled = np.array(resize(to_pil_image(photo), size))
        pixels = torch.from_numpy(scaled).to(self._device).permute(2, 0, 1)[None]
        prepared: torch.Tensor = self._model.preprocess(pixels)
        return prepared


def _encoder(state: State) -> ImageEncoderViT:
    width, patch_px = _width(state), _patch_px(state)
    cells = _cells(state)
    depth = layer_count(state, f"{_ENCODER}blocks.")
    # One row for each distance that two cells can have: a block that sees the whole photo has more.
    spans = [
        (state[f"{_ENCODER}blocks.{i}.attn.rel_pos_h"].shape[0] + 1) // 2 for i in range(depth)
    ]
    first = f"{_ENCODER}blocks.0."
    return ImageEncoderViT(
        depth=depth,
        embed_dim=width,
        img_size=cells * patch_px,
        mlp_ratio=state[f"{first}mlp.lin1.weight"].shape[0] / width,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
        num_heads=width // state[f"{first}attn.rel_pos_h"].shape[1],
        patch_size=patch_px,
        qkv_bias=f"{first}attn.qkv.bias" in state,
        use_rel_pos=True,
        global_attn_indexes=tuple(i for i, span in enumerate(spans) if span == cells),
        window_size=min(spans),
        out_chans=state[f"{_ENCODER}neck.0.weight"].shape[0],
    )


def _prompt_encoder(state: State) -> PromptEncoder:
    cells = _cells(state)
    return PromptEncoder(
        embed_dim=state["prompt_encoder.no_mask_embed.weight"].shape[1],
        image_embedding_size=(cells, cells),
        input_image_size=(cells * _patch_px(state),) * 2,
        mask_in_chans=state["prompt_encoder.mask_downscaling.3.weight"].shape[0],
    )


def _decoder(state: State) -> MaskDecoder:
    masks, width = state[f"{_DECODER}mask_tokens.weight"].shape
    layers, head = f"{_DECODER}transformer.layers.", f"{_DECODER}iou_prediction_head.layers."
    return MaskDecoder(
        num_multimask_outputs=masks - 1,
        transformer=TwoWayTransformer(
            depth=layer_count(state, layers),
            embedding_dim=width,
            mlp_dim=state[f"{layers}0.mlp.lin1.weight"].shape[0],
            num_heads=_DECODER_HEADS,
        ),
        transformer_dim=width,
        iou_head_depth=layer_count(state, head),
        iou_head_hidden_dim=state[f"{head}0.weight"].shape[0],
    )


def _width(state: State) -> int:
    return state[f"{_ENCODER}patch_embed.proj.weight"].shape[0]


def _patch_px(state: State) -> int:
    return state[f"{_ENCODER}patch_embed.proj.weight"].shape[2]


def _cells(state: State) -> int:
    return state[f"{_ENCODER}pos_embed"].shape[1]
