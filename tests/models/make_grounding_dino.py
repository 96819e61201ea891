"""Makes a small GroundingDINO in both formats, photos, and what the libraries find on them.

Usage: python make_grounding_dino.py FOLDER; to be run in a process of its own.
"""

import json
import re
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from PIL import Image
from ten_photos import photo, ten_photos

from backends.offline import forbid_network

LONGER_PX, SHORTER_PX = 128, 96
BOX_THRESHOLD, TEXT_THRESHOLD = 0.35, 0.25
PHRASES = {
    "streak": ("thin dark line", "powder streak"),
    "powder": ("powder",),
    "caravan": ("vanvan", "slag"),
}
CAPTION = "thin dark line . powder streak . powder . vanvan . slag ."
THIN, THIN_SIZE = "thin", (24, 800)  # scaled as the original was trained, it is little work

CONFIG = {
    "enc_layers": 1,
    "dec_layers": 2,
    "dim_feedforward": 64,
    "num_queries": 40,
}
VOCABULARY_SIZE = 1100
LANGUAGE = {
    "vocab_size": VOCABULARY_SIZE,
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}
WORDS = ("thin", "dark", "line", "powder", "streak", "van", "##van", "slag", "'", "s", "-", "(")
LOGITS = (-6, -1, -1, -1, -6, 0, -1, -6, 0.8, -6, -1, -1, -6, -1, -6, -6)
"""About what each token of CAPTION is to score: the marks nothing, both "powder" most."""


def vocabulary():
    """Words by number, with the marks where those of bert-base-uncased are."""
    words = [f"[unused{i}]" for i in range(VOCABULARY_SIZE)]
    marks = {0: "[PAD]", 100: "[UNK]", 101: "[CLS]", 102: "[SEP]", 103: "[MASK]"}
    for number, word in (marks | {1012: ".", 1029: "?"} | dict(enumerate(WORDS, 1040))).items():
        words[number] = word
    return "\n".join(words) + "\n"


def make_original(folder):
    """tiny.pth, its config, the folder of its language model; and that with weights, elsewhere."""
    import groundingdino.config.GroundingDINO_SwinT_OGC as published
    import torch
    from groundingdino.models import build_model
    from groundingdino.util.slconfig import SLConfig
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(5)
    language = folder / "library" / "bert"
    BertModel(BertConfig(**LANGUAGE)).save_pretrained(language)
    (language / "vocab.txt").write_text(vocabulary())
    home = folder / "original"
    (home / "bert-base-uncased").mkdir(parents=True)
    for name in ("config.json", "vocab.txt"):
        (home / "bert-base-uncased" / name).write_bytes((language / name).read_bytes())
    config = {k: v for k, v in vars(published).items() if not k.startswith("_")} | CONFIG
    lines = [f"{name} = {value!r}\n" for name, value in config.items()]
    (home / "tiny.py").write_text("".join(lines))
    lines.append(f"text_encoder_type = {str(language)!r}\n")
    (folder / "library" / "tiny.py").write_text("".join(lines))

    model = build_model(SLConfig.fromfile(str(folder / "library" / "tiny.py"))).eval()
    waken(model)
    state = {
        f"module.{k}": v.half() if v.is_floating_point() else v
        for k, v in model.state_dict().items()
    }
    # An old buffer that the published checkpoints still carry.
    state["module.bert.embeddings.position_ids"] = torch.arange(512)[None]
    torch.save({"model": state}, home / "tiny.pth")
    return BertTokenizerFast.from_pretrained(language)


def waken(model):
    """Random weights find nothing in particular: spreads boxes and scores.

    The last norm is set so that phrases score about the threshold and the marks between them far
    below, as they do in trained weights.
    """
    import torch

    seen = {}
    last = model.class_embed[-1]
    hook = last.register_forward_pre_hook(lambda _, given: seen.update(hs=given[0], **given[1]))
    with torch.no_grad():
        for head in (model.bbox_embed[0], model.transformer.enc_out_bbox_embed):
            head.layers[-1].weight.normal_(std=0.1)
        model(normal(photo(LONGER_PX, SHORTER_PX, 1))[None], captions=[CAPTION])
        text = seen["encoded_text"][0]
        wanted = torch.tensor(LOGITS)
        norm = model.transformer.decoder.norm
        norm.weight.fill_(1.2 / (seen["hs"][0] @ text.T).std())
        norm.bias.copy_(torch.linalg.lstsq(text, wanted[:, None], driver="gelsd").solution[:, 0])
    hook.remove()


def normal(pixels):
    import torch

    return ((torch.from_numpy(pixels) / 255 - 0.45) / 0.225).permute(2, 0, 1)


RENAMED = (
    (r"^backbone\.0\.patch_embed\.proj", "@embeddings.patch_embeddings.projection"),
    (r"^backbone\.0\.patch_embed\.norm", "@embeddings.norm"),
    (r"^backbone\.0\.norm(\d)", lambda m: f"@hidden_states_norms.stage{int(m[1]) + 1}"),
    (r"^backbone\.0\.layers", "@encoder.layers"),
    (r"(blocks\.\d+)\.norm1", r"\1.layernorm_before"),
    (r"(blocks\.\d+)\.norm2", r"\1.layernorm_after"),
    (r"(blocks\.\d+)\.attn\.proj", r"\1.attention.output.dense"),
    (r"(blocks\.\d+)\.attn\.", r"\1.attention.self."),
    (r"(blocks\.\d+)\.mlp\.fc1", r"\1.intermediate.dense"),
    (r"(blocks\.\d+)\.mlp\.fc2", r"\1.output.dense"),
    (r"^@", "model.backbone.conv_encoder.model."),
    (r"^bert", "model.text_backbone"),
    (r"^feat_map", "model.text_projection"),
    (r"^input_proj", "model.input_proj_vision"),
    (r"^transformer\.tgt_embed", "model.query_position_embeddings"),
    (r"^transformer\.enc_out_bbox_embed", "model.encoder_output_bbox_embed"),
    (r"^transformer\.", "model."),
    (r"^(model\.encoder)\.text_layers\.(\d+)\.norm1", r"\1.text_layers.\2.layer_norm_before"),
    (r"^(model\.encoder)\.text_layers\.(\d+)\.norm2", r"\1.text_layers.\2.layer_norm_after"),
    (r"^(model\.encoder\.layers\.\d+)\.", r"\1.deformable_layer."),
    (r"^model\.encoder\.text_layers\.(\d+)", r"model.encoder.layers.\1.text_enhancer_layer"),
    (r"^model\.encoder\.fusion_layers\.(\d+)", r"model.encoder.layers.\1.fusion_layer"),
    (r"(fusion_layer)\.gamma_v", r"\1.vision_param"),
    (r"(fusion_layer)\.gamma_l", r"\1.text_param"),
    (r"(fusion_layer.*)_v\b", r"\1_vision"),
    (r"(fusion_layer.*)_l\b", r"\1_text"),
    (r"(fusion_layer\.attn\..*?)\bv_proj", r"\1vision_proj"),
    (r"(fusion_layer\.attn\..*?)\bl_proj", r"\1text_proj"),
    (r"(fusion_layer\.attn\..*?)_v_proj", r"\1_vision_proj"),
    (r"(fusion_layer\.attn\..*?)_l_proj", r"\1_text_proj"),
    (r"(deformable_layer)\.norm1", r"\1.self_attn_layer_norm"),
    (r"(deformable_layer)\.norm2", r"\1.final_layer_norm"),
    (r"^(model\.decoder\.layers\.\d+)\.norm1", r"\1.encoder_attn_layer_norm"),
    (r"^(model\.decoder\.layers\.\d+)\.norm2", r"\1.self_attn_layer_norm"),
    (r"^(model\.decoder\.layers\.\d+)\.norm3", r"\1.final_layer_norm"),
    (r"^(model\.decoder\.layers\.\d+)\.cross_attn", r"\1.encoder_attn"),
    (r"^(model\.decoder\.layers\.\d+)\.ca_text", r"\1.encoder_attn_text"),
    (r"^(model\.decoder\.layers\.\d+)\.catext_norm", r"\1.encoder_attn_text_layer_norm"),
    (r"^model\.decoder\.norm", "model.decoder.layer_norm"),
    (r"^model\.decoder\.ref_point_head", "model.decoder.reference_points_head"),
    (r"\.linear(\d)\.", r".fc\1."),
)
"""From the original names to those of transformers, one after the other."""


def converted(state):
    """Tensors by the names of transformers; what it keeps in three is cut."""
    result = {}
    for name, value in state.items():
        if name.startswith(("bert.pooler", "bert.embeddings.position_ids")):
            continue
        for pattern, new in RENAMED:
            name = re.sub(pattern, new, name)
        joined = re.search(r"(qkv\.|in_proj_)(weight|bias)$", name)
        if not joined:
            result[name] = value
            continue
        for part, third in zip(("query", "key", "value"), value.chunk(3), strict=True):
            result[f"{name[: joined.start()]}{part}.{joined[2]}"] = third.contiguous()
    return result


def make_hugging_face(folder, tokenizer):
    """The same weights as transformers keeps them."""
    import torch
    from transformers import (
        GroundingDinoConfig,
        GroundingDinoForObjectDetection,
        GroundingDinoImageProcessor,
        GroundingDinoProcessor,
    )

    state = torch.load(folder / "original" / "tiny.pth")["model"]
    config = GroundingDinoConfig(
        text_config=dict(LANGUAGE),
        num_queries=CONFIG["num_queries"],
        encoder_layers=CONFIG["enc_layers"],
        decoder_layers=CONFIG["dec_layers"],
        encoder_ffn_dim=CONFIG["dim_feedforward"],
        decoder_ffn_dim=CONFIG["dim_feedforward"],
    )
    model = GroundingDinoForObjectDetection(config).half()
    told = model.load_state_dict(
        converted({name.removeprefix("module."): value for name, value in state.items()})
    )
    assert not told.missing_keys and not told.unexpected_keys
    model.save_pretrained(folder / "hugging-face")
    scaling = GroundingDinoImageProcessor(
        size={"shortest_edge": SHORTER_PX, "longest_edge": LONGER_PX}
    )
    GroundingDinoProcessor(scaling, tokenizer).save_pretrained(folder / "hugging-face")


def reference_original(folder, photos):
    """What the library's own functions find: at LONGER_PX, and the thin photo as it was trained."""
    import groundingdino.datasets.transforms as transforms
    from groundingdino.util import inference

    model = inference.load_model(
        str(folder / "library" / "tiny.py"), str(folder / "original" / "tiny.pth"), device="cpu"
    )
    seen = {}
    model.register_forward_hook(lambda *answer: seen.update(answer[2]))

    def found(path, pixels):
        boxes, scores, named = inference.predict(
            model, pixels, CAPTION, BOX_THRESHOLD, TEXT_THRESHOLD, device="cpu"
        )
        width, height = Image.open(path).size
        corners = inference.box_convert(boxes, "cxcywh", "xyxy").double().numpy()
        kept = seen["pred_logits"][0].sigmoid().max(dim=1).values > BOX_THRESHOLD
        return finds(
            corners * [width, height, width, height],
            scores,
            seen["pred_logits"][0][kept].argmax(dim=1),
            named,
            model.tokenizer,
        )

    result = {}
    for name, path in photos.items():
        image = Image.open(path)
        scale = LONGER_PX / max(image.size)
        size = tuple(max(1, round(side * scale)) for side in image.size)
        prepare = transforms.Compose(
            [
                transforms.RandomResize([size]),
                transforms.ToTensor(),
                transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            ]
        )
        result[name] = found(path, prepare(image, None)[0])
    thin = folder / f"{THIN}.png"
    Image.fromarray(photo(*THIN_SIZE, 3)).save(thin)
    return {"scaled": result, "trained": {THIN: found(thin, inference.load_image(str(thin))[1])}}


def reference_hugging_face(folder, photos, tokenizer):
    """What processor and model of transformers find."""
    import torch
    from transformers import AutoProcessor, GroundingDinoForObjectDetection

    processor = AutoProcessor.from_pretrained(folder / "hugging-face", use_fast=False)
    model = GroundingDinoForObjectDetection.from_pretrained(folder / "hugging-face").eval()
    result = {}
    for name, path in photos.items():
        image = Image.open(path)
        given = processor(images=image, text=CAPTION, return_tensors="pt")
        with torch.no_grad():
            answer = model(**given)
        (found,) = processor.post_process_grounded_object_detection(
            answer,
            given["input_ids"],
            threshold=BOX_THRESHOLD,
            text_threshold=TEXT_THRESHOLD,
            target_sizes=[image.size[::-1]],
        )
        kept = answer.logits[0].sigmoid().max(dim=1).values > BOX_THRESHOLD
        result[name] = finds(
            found["boxes"].numpy(),
            found["scores"],
            answer.logits[0][kept].argmax(dim=1),
            found["text_labels"],
            tokenizer,
        )
    return result


def finds(corners, scores, tokens, named, tokenizer):
    """As values; the phrase is told by where in the caption the characters of the token are.

    `named` is what the library itself names: every word of the caption above the text threshold.
    """
    places = tokenizer(CAPTION, return_offsets_mapping=True)["offset_mapping"]
    result = []
    rows = zip(corners.tolist(), scores.tolist(), tokens.tolist(), named, strict=True)
    for box, score, token, words in rows:
        start, end = places[token]
        before, inside = CAPTION[:start].rpartition(". ")[2], CAPTION[start:end]
        after = CAPTION[end:].partition(" .")[0]
        phrase = before + inside + after
        result.append({"box": box, "score": score, "phrase": phrase, "named": words})
    return result


def main():
    folder = Path(sys.argv[1])
    forbid_network(folder / "cache")
    warnings.simplefilter("ignore")
    photos = {}
    for name, pixels in ten_photos().items():
        photos[name] = folder / f"{name}.png"
        Image.fromarray(pixels).save(photos[name])
    tokenizer = make_original(folder)
    make_hugging_face(folder, tokenizer)
    made = reference_original(folder, photos)
    made["hugging-face"] = reference_hugging_face(folder, photos, tokenizer)
    (folder / "made.json").write_text(json.dumps(made))


if __name__ == "__main__":
    main()
