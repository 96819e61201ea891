"""MobileSAM and SAM 2 or 2.1, as ultralytics computes them."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from ultralytics.data.augment import LetterBox
from ultralytics.models.sam import build
from ultralytics.models.sam.modules.sam import SAM2Model

from app.core.photo import Rgb
from app.core.segmentation import Prompt
from backends.devices import half_where_faster
from backends.embedding_cache import Embedding
from backends.sam_engine import half_maps, map_tensors, prompt_tensors
from backends.sam_masks import Decoded
from backends.sam_weights import State, fill, layer_count

_SIDE_PX = 1024
_MEAN = (123.675, 116.28, 103.53)
_STD = (58.395, 57.12, 57.375)

_TRUNK = "image_encoder.trunk."
_SAM2_1 = ("no_obj_embed_spatial", "obj_ptr_tpos_proj.")
"""What SAM 2.1 has over SAM 2: only for following things from one video frame to the next."""

_SAM2: dict[tuple[int, int], tuple[str, Callable[[], SAM2Model]]] = {
    (96, 12): ("tiny", build.build_sam2_t),
    (96, 16): ("small", build.build_sam2_s),
    (112, 24): ("base plus", build.build_sam2_b),
    (144, 48): ("large", build.build_sam2_l),
}
"""By width and number of blocks of the encoder."""

_WHOLE_CELLS = 1e-3
_BOX_CORNERS = (2, 3)  # the labels of a box's corners where they are given as points


def is_mobile(state: State) -> bool:
    """Whether the tensors are named as those of MobileSAM."""
    return "image_encoder.patch_embed.seq.0.c.weight" in state


def is_sam2(state: State) -> bool:
    """Whether the tensors are named as those of SAM 2 or 2.1."""
    return f"{_TRUNK}patch_embed.proj.weight" in state


class MobileSam:
    """A `SamEngine`: the original decoder behind a small encoder."""

    title = "MobileSAM"

    def __init__(self, state: State, device: str) -> None:
        self._model = build.build_mobile_sam()
        fill(self._model, state)
        self._model.to(device)
        self._device = device
        with torch.inference_mode():
            self._positions = self._model.prompt_encoder.get_dense_pe()

    @torch.inference_mode()
    def encode(self, photos: Sequence[Rgb]) -> list[Embedding]:
        inputs = _prepared(photos, self._device)
        with half_where_faster(self._device):
            features = self._model.image_encoder(inputs)
        return _embeddings(photos, features)

    @torch.inference_mode()
    def decode(self, embedding: Embedding, prompt: Prompt) -> Decoded:
        scale = _scale(embedding)
        given = prompt_tensors(prompt, sx=scale, sy=scale, device=self._device)
        sparse, dense = self._model.prompt_encoder(points=given.points, boxes=given.box, masks=None)
        masks, scores = self._model.mask_decoder.predict_masks(
            image_embeddings=map_tensors(embedding, self._device)[0],
            image_pe=self._positions,
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
        )
        return _decoded(embedding, masks, scores)


class Sam2:
    """A `SamEngine`, for single photos: what follows things through videos stays unused.

    An embedding has three maps: besides the one that says what is where, two finer ones that the
    decoder sharpens its masks with.
    """

    def __init__(self, state: State, device: str) -> None:
        width = state[f"{_TRUNK}patch_embed.proj.weight"].shape[0]
        depth = layer_count(state, f"{_TRUNK}blocks.")
        if (width, depth) not in _SAM2:
            raise ValueError(f"no SAM 2 has {depth} blocks of width {width}")
        size, make = _SAM2[width, depth]
        self._model = make()
        fill(self._model, state, spare=_SAM2_1)
        self._model.to(device)
        self._device = device
        self.title = f"SAM {'2.1' if _SAM2_1[0] in state else '2'} {size}"
        with torch.inference_mode():
            self._positions = self._model.sam_prompt_encoder.get_dense_pe()

    @torch.inference_mode()
    def encode(self, photos: Sequence[Rgb]) -> list[Embedding]:
        inputs = _prepared(photos, self._device)
        with half_where_faster(self._device):
            finest, finer, features = self._model.forward_image(inputs)["backbone_fpn"]
        features = features + self._model.no_mem_embed.view(1, -1, 1, 1)
        return _embeddings(photos, features, finest, finer)

    @torch.inference_mode()
    def decode(self, embedding: Embedding, prompt: Prompt) -> Decoded:
        sparse, dense = self._model.sam_prompt_encoder(
            points=self._points(embedding, prompt), boxes=None, masks=None
        )
        features, *finer = map_tensors(embedding, self._device)
        decoder = self._model.sam_mask_decoder
        masks, scores, _, _ = decoder.predict_masks(
            image_embeddings=features,
            image_pe=self._positions,
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            repeat_image=False,
            high_res_features=finer,
        )
        # For a clear prompt the library takes another mask where the first one is shaky.
        steady, steady_score = decoder._dynamic_multimask_via_stability(masks, scores)
        return _decoded(
            embedding,
            torch.cat([steady, masks[:, 1:]], dim=1),
            torch.cat([steady_score, scores[:, 1:]], dim=1),
        )

    def _points(self, embedding: Embedding, prompt: Prompt) -> tuple[torch.Tensor, torch.Tensor]:
        """Points and labels; a box is its two corners, before the clicks."""
        scale = _scale(embedding)
        given = prompt_tensors(prompt, sx=scale, sy=scale, device=self._device)
        pairs = [] if given.points is None else [given.points]
        if given.box is not None:
            labels = torch.tensor([_BOX_CORNERS], dtype=torch.int32, device=self._device)
            pairs.insert(0, (given.box.view(1, 2, 2), labels))
        return torch.cat([at for at, _ in pairs], 1), torch.cat([label for _, label in pairs], 1)


def _prepared(photos: Sequence[Rgb], device: str) -> torch.Tensor:
    letterbox = LetterBox((_SIDE_PX, _SIDE_PX), auto=False, center=False)
    pixels = np.stack([letterbox(image=photo) for photo in photos])
    inputs = torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2).contiguous()
    mean, std = (torch.tensor(each, device=device).view(-1, 1, 1) for each in (_MEAN, _STD))
    return (inputs - mean) / std


def _embeddings(photos: Sequence[Rgb], *maps: torch.Tensor) -> list[Embedding]:
    return [
        Embedding(photo.shape[0], photo.shape[1], each)
        for photo, each in zip(photos, half_maps(*maps), strict=True)
    ]


def _scale(embedding: Embedding) -> float:
    return min(_SIDE_PX / embedding.height_px, _SIDE_PX / embedding.width_px)


def _decoded(embedding: Embedding, masks: torch.Tensor, scores: torch.Tensor) -> Decoded:
    """Masks 1 x count x rows x columns, and their scores, 1 x count."""
    scale = _scale(embedding)
    rows, columns = masks.shape[-2:]
    filled = (
        max(round(embedding.height_px * scale), 1) * rows / _SIDE_PX,
        max(round(embedding.width_px * scale), 1) * columns / _SIDE_PX,
    )
    # Where the photo ends in the middle of a cell, the library looks at the cells around it too.
    is_whole = sum(abs(each - round(each)) for each in filled) <= _WHOLE_CELLS
    return Decoded(
        masks[0].float().cpu().numpy(),
        scores[0].float().cpu().numpy(),
        filled=filled,
        known=(round(filled[0]), round(filled[1])) if is_whole else (rows, columns),
    )
