"""Makes small Segment Anything weights, and the masks that they draw: the library's and ours.

Run in a process of its own. Usage: python make_sam.py FOLDER KIND..., where KIND is one of KINDS
or "retrained"; KIND-weights makes the weights only. What ours sees in the photos is left in CACHE.
"""

import sys
from functools import partial
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[2]))

import cv2
import numpy as np
from ten_photos import MOST_UNLIKE, SIZES, photo, ten_photos

from app.core.geometry import Box
from app.core.segmentation import Click, Prompt
from backends.base import SegmenterSettings
from backends.offline import forbid_network, settle_ultralytics
from backends.sam_masks import photo_mask

KINDS = ("original", "mobile", "sam2")
CACHE = "cache"

# Boxes (left, top, right, bottom) and clicks (x, y, whether on the thing), in shares of the photo.
PROMPTS = {
    "box": ((0.22, 0.31, 0.63, 0.77), []),
    "click": (None, [(0.41, 0.52, True)]),
    "clicks": (None, [(0.41, 0.52, True), (0.7, 0.2, False), (0.3, 0.6, True)]),
    "box and click": ((0.1, 0.15, 0.9, 0.6), [(0.5, 0.4, True)]),
    "box and clicks": ((0.3, 0.3, 0.5, 0.9), [(0.4, 0.4, False), (0.45, 0.7, True)]),
}
ROUNDED = ("box", "click")
"""Those that are also answered from features in full precision."""
IN_HALF = "odd"
"""The photo that is also encoded in half precision."""


def sized_prompt(name, height, width):
    """Corners and clicks in pixels, as the libraries want them."""
    box, clicks = PROMPTS[name]
    corners = None if box is None else [s * side for s, side in zip(box, (width, height) * 2)]  # noqa: B905
    return corners, [(x * width, y * height) for x, y, _ in clicks], [on for *_, on in clicks]


def prompt_for(name, height, width):
    corners, points, labels = sized_prompt(name, height, width)
    clicks = tuple(Click(x, y, on) for (x, y), on in zip(points, labels, strict=True))
    return Prompt(None if corners is None else Box(*corners), clicks)


def photo_key(kind, name):
    """What a photo is called in the cache."""
    return f"{kind} {name}"


def make_original(path, *, seed):
    """Small, and like no published one: all that is told from shapes is unusual."""
    import torch
    from segment_anything.modeling import (
        ImageEncoderViT,
        MaskDecoder,
        PromptEncoder,
        Sam,
        TwoWayTransformer,
    )

    torch.manual_seed(seed)
    sam = Sam(
        ImageEncoderViT(
            depth=3,
            embed_dim=96,
            img_size=256,
            mlp_ratio=2,
            norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
            num_heads=3,
            patch_size=16,
            qkv_bias=True,
            use_rel_pos=True,
            global_attn_indexes=(1,),
            window_size=5,
            out_chans=64,
        ),
        PromptEncoder(
            embed_dim=64,
            image_embedding_size=(16, 16),
            input_image_size=(256, 256),
            mask_in_chans=8,
        ),
        MaskDecoder(
            num_multimask_outputs=3,
            transformer=TwoWayTransformer(depth=1, embedding_dim=64, mlp_dim=128, num_heads=8),
            transformer_dim=64,
            iou_head_depth=2,
            iou_head_hidden_dim=48,
        ),
    )
    waken(sam, sam.mask_decoder)
    torch.save(sam.state_dict(), path)
    return sam.eval()


def make_mobile(path):
    import torch
    from ultralytics.models.sam.build import build_mobile_sam

    torch.manual_seed(2)
    model = build_mobile_sam()
    settle_norms(model.image_encoder)
    waken(model, model.mask_decoder)
    torch.save(model.state_dict(), path)


def make_sam2(path):
    """SAM 2.1 tiny, which ultralytics knows by the name of the file."""
    import torch
    from ultralytics.models.sam.build import build_sam2_t

    torch.manual_seed(3)
    model = build_sam2_t()
    waken(model, model.sam_mask_decoder)
    state = model.state_dict()
    state["no_obj_embed_spatial"] = torch.zeros(1, 64)
    state["obj_ptr_tpos_proj.weight"] = torch.zeros(64, 256)
    state["obj_ptr_tpos_proj.bias"] = torch.zeros(64)
    torch.save({"model": state}, path)


def settle_norms(model):
    """Statistics of photos, without which random weights see nothing in them."""
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    pixels = cv2.resize(photo(480, 640, 30), (1024, 1024))
    model.train()
    with torch.no_grad():
        model(torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 60 - 2)
    model.eval()


def waken(model, decoder):
    """Nothing is left at zero, masks are of some size, and scores lie apart within 0..1."""
    import torch

    with torch.no_grad():
        for parameter in model.parameters():
            if not parameter.any():
                parameter.normal_(std=0.1)
        for layer in decoder.output_upscaling:
            if isinstance(layer, torch.nn.ConvTranspose2d):  # blocks rather than specks
                layer.weight.copy_(layer.weight.mean((2, 3), keepdim=True).expand_as(layer.weight))
        # Steep, so that SAM 2 finds some first masks steady enough and others not.
        decoder.output_hypernetworks_mlps[0].layers[-1].weight *= 10
        last = decoder.iou_prediction_head.layers[-1]
        last.weight *= 0.5
        last.bias.copy_(torch.tensor([0.9, 0.3, 0.7, 0.5]))


def original_predictor(sam):
    from segment_anything import SamPredictor

    predictor = SamPredictor(sam)

    def predict(corners, points, labels, *, several):
        masks, scores, _ = predictor.predict(
            point_coords=np.array(points) if points else None,
            point_labels=np.array(labels) if points else None,
            box=None if corners is None else np.array(corners),
            multimask_output=several,
        )
        return masks, scores

    def round_features():
        predictor.features = predictor.features.half().float()

    return predictor.set_image, round_features, predict


def ultralytics_predictor(path, cls_name):
    from ultralytics.models.sam import predict as module

    overrides = {"conf": 0.25, "imgsz": 1024, "model": str(path), "device": "cpu", "verbose": False}
    predictor = getattr(module, cls_name)(overrides=overrides)
    seen = {}

    def set_image(pixels):
        predictor.set_image(np.ascontiguousarray(pixels[..., ::-1]))
        seen["shape"] = pixels.shape[:2]

    def round_features():
        kept = predictor.features
        if isinstance(kept, dict):
            kept["image_embed"] = kept["image_embed"].half().float()
            kept["high_res_feats"] = [each.half().float() for each in kept["high_res_feats"]]
        else:
            predictor.features = kept.half().float()

    def predict(corners, points, labels, *, several):
        masks, rows = predictor.inference_features(
            predictor.features,
            src_shape=seen["shape"],
            bboxes=None if corners is None else [corners],
            points=[points] if points else None,
            labels=[[int(on) for on in labels]] if points else None,
            multimask_output=several,
        )
        return masks.numpy(), rows[:, 4].numpy()

    return set_image, round_features, predict


def answers(predict, height, width, names):
    """By prompt the four masks and scores: the one for a clear prompt, and three for an unclear."""
    found = {}
    for name in names:
        given = sized_prompt(name, height, width)
        both = predict(*given, several=False), predict(*given, several=True)
        masks, scores = (np.concatenate(parts) for parts in zip(*both, strict=True))
        found[f"{name} masks"] = np.packbits(masks, axis=-1)
        found[f"{name} scores"] = scores
    return found


def our_answers(segmenter, key):
    """As `answers`, of what is kept of a photo."""
    embedding = segmenter._cache.get(key)
    height, width = embedding.height_px, embedding.width_px
    found = {}
    for name in PROMPTS:
        decoded = segmenter._engine.decode(embedding, prompt_for(name, height, width))
        masks = np.zeros((len(decoded.scores), height, width), bool)
        for number, mask in enumerate(masks):
            part, left, top = photo_mask(decoded, number, height, width)
            mask[top : top + part.shape[0], left : left + part.shape[1]] = part
        found[f"{name} masks"] = np.packbits(masks, axis=-1)
        found[f"{name} scores"] = decoded.scores
    return found


def made(kind, folder):
    """Of new weights: the file, how to hand in a photo, round its features, and ask of it."""
    if kind == "mobile":
        path = folder / "mobile_sam.pt"
        make_mobile(path)
        return path, *ultralytics_predictor(path, "Predictor")
    if kind == "sam2":
        path = folder / "sam2.1_t.pt"
        make_sam2(path)
        return path, *ultralytics_predictor(path, "SAM2Predictor")
    path = folder / "original.pth"
    return path, *original_predictor(make_original(path, seed=1 + (kind == "retrained")))


def names_for(kind):
    """The encoders of the others are those that people use, and take seconds."""
    return tuple(SIZES) if kind == "original" else MOST_UNLIKE


def draw(kind, folder, path, set_image, round_features, predict):
    """The masks of the photos, in files KIND-PHOTO-BY.npz; the last two are seen together."""
    from stand_in_card import summing_in_full

    from backends.sam import SamSegmenter

    segmenter = SamSegmenter(SegmenterSettings(path, folder / CACHE, device="cpu"))
    photos = ten_photos(names_for(kind))
    keys = [photo_key(kind, name) for name in photos]
    *alone, second_last, last = zip(photos.values(), keys, strict=True)
    for pixels, key in alone:
        segmenter.embed([pixels], [key])
    segmenter._at_once = 2  # as on a GPU
    segmenter.embed(*zip(second_last, last, strict=True))
    for (name, pixels), key in zip(photos.items(), keys, strict=True):
        size = pixels.shape[:2]
        set_image(pixels)
        np.savez(folder / f"{kind}-{name}-full.npz", **answers(predict, *size, ROUNDED))
        # As embeddings are kept.
        round_features()
        np.savez(folder / f"{kind}-{name}-half.npz", **answers(predict, *size, PROMPTS))
        np.savez(folder / f"{kind}-{name}-ours.npz", **our_answers(segmenter, key))
    with patch("backends.devices.computes_in_half", return_value=True), summing_in_full():
        segmenter.embed([photos[IN_HALF]], ["in half"])
    np.savez(folder / f"{kind}-{IN_HALF}-computed.npz", **our_answers(segmenter, "in half"))


def main():
    folder = Path(sys.argv[1])
    forbid_network(folder / CACHE)
    settle_ultralytics()
    for wanted in sys.argv[2:]:
        kind, _, only_weights = wanted.partition("-")
        path, *predictor = made(kind, folder)
        if not only_weights:
            draw(kind, folder, path, *predictor)
        # Under a name that tells nobody what is in it.
        path.rename(folder / f"{kind}.weights")


if __name__ == "__main__":
    main()
