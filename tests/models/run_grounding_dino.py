"""What our GroundingDINO finds in the photos of make_grounding_dino.py, and what it refuses.

Usage: python run_grounding_dino.py FOLDER; to be run in a process of its own.
"""

import json
import shutil
import sys
import warnings
from functools import partial
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from make_grounding_dino import BOX_THRESHOLD, LONGER_PX, PHRASES, TEXT_THRESHOLD, THIN
from PIL import Image
from ten_photos import SIZES

from app.core.errors import UserError
from app.core.prompting import captions
from app.core.text_query import TextQuery
from backends.base import BACKENDS, DetectorSettings
from backends.client import ModelWorker
from backends.offline import forbid_network

QUERY = TextQuery(PHRASES, BOX_THRESHOLD, TEXT_THRESHOLD)
STREAK_THRESHOLD = 0.6
STRICT = TextQuery(PHRASES, BOX_THRESHOLD, class_thresholds={"streak": STREAK_THRESHOLD})
CLOSE_IOU, FEW = 0.2, 5

# 84 phrases of two words and a full stop: one more, and the window of 256 tokens is too small.
FIRST = {"streak": tuple(f"line w{i}" for i in range(84))}
SECOND = {"caravan": PHRASES["caravan"]}
MARKED = {"a": ("powder's streak-line", "dark (thin"), "b": ("vanvan", "Slag?"), "c": ("s",)}


def settings(weights, **more):
    given = {"cache": weights.parent / "cache", "iou": 1.0, "device": "cpu"}
    return DetectorSettings(weights, **(given | more))


def load(weights, **more):
    return BACKENDS["grounding-dino"].load(settings(weights, **more))


def values(finds):
    return [
        {
            "class": each.find.class_name,
            "score": each.find.score,
            "box": each.find.box.corners,
            "phrase": each.phrase,
            "words": each.words,
        }
        for each in finds
    ]


def explained(detector, photos, query=QUERY):
    found = detector.explain(list(photos.values()), query)
    return {name: values(finds) for name, finds in zip(photos, found, strict=True)}


def found_by_both(folder, photos):
    thin = {THIN: np.asarray(Image.open(folder / f"{THIN}.png"))}
    # Scaled to 128x1, 31 of its places are left, and the network picks 40.
    hair = {"hair": np.full((4, 1000, 3), 90, np.uint8), "dot": np.full((1, 1, 3), 90, np.uint8)}
    odd = photos["odd"]
    kin = {"as it is": odd, "mirrored": odd[:, ::-1].copy(), "upside down": odd[::-1].copy()}
    result = {}
    for name, weights in (("original", "original/tiny.pth"), ("hugging-face", "hugging-face")):
        detector = load(folder / weights, image_size_px=LONGER_PX)
        result[name] = explained(detector, photos)
        result[f"{name}, hair"] = explained(detector, hair)
        result[f"{name}, alone"] = explained(detector, kin)
        detector._at_once = len(kin)  # as on a GPU
        result[f"{name}, together"] = explained(detector, kin)
        with patch("backends.devices.computes_in_half", return_value=True):
            result[f"{name}, half"] = explained(detector, kin)
        as_trained = load(folder / weights)
        result[f"{name}, trained"] = explained(as_trained, thin if name == "original" else photos)
    return result


def found_with_settings(folder, photos):
    one = {"odd": photos["odd"]}
    checkpoint = folder / "original" / "tiny.pth"
    every = load(checkpoint, image_size_px=LONGER_PX)
    apart = load(checkpoint, image_size_px=LONGER_PX, iou=CLOSE_IOU)
    few = load(checkpoint.parent, image_size_px=LONGER_PX, max_detections=FEW)
    pickled = load(with_pickled_weights(folder), image_size_px=LONGER_PX)
    return {
        "first": explained(every, one, TextQuery(FIRST))["odd"],
        "second": explained(every, one, TextQuery(SECOND))["odd"],
        "long": explained(every, one, TextQuery(FIRST | SECOND))["odd"],
        "strict": explained(every, one, STRICT)["odd"],
        "apart": explained(apart, one)["odd"],
        "few": explained(few, one)["odd"],
        "pickled": explained(pickled, one)["odd"],
    }


def with_pickled_weights(folder):
    import torch
    from safetensors.torch import load_file

    copy = shutil.copytree(folder / "hugging-face", folder / "pickled")
    torch.save(load_file(copy / "model.safetensors"), copy / "pytorch_model.bin")
    (copy / "model.safetensors").unlink()
    return copy / "pytorch_model.bin"


def refused(work):
    try:
        work()
    except UserError as e:
        return e.what, e.hint
    return "nothing was refused", ""


def refusals(folder, photos):
    import torch

    home = folder / "refused"
    cases = original_refusals(folder, home / "original") | hugging_face_refusals(folder, home)
    told = {name: refused(partial(load, path)) for name, path in cases.items()}
    detector = load(folder / "original" / "tiny.pth", image_size_px=LONGER_PX)
    one = [photos["tiny"]]
    told["no query"] = refused(lambda: detector.detect(one))
    told["unknown word"] = refused(lambda: detector.detect(one, TextQuery({"a": ("wrinkle",)})))
    detector._engine.infer = lambda *_: torch.empty(10**15)
    told["memory"] = refused(lambda: detector.detect(one, QUERY))
    return told


def original_refusals(folder, home):
    import torch

    whole = folder / "original"
    state = torch.load(whole / "tiny.pth")["model"]

    def case(name, keep=("tiny.py", "bert-base-uncased")):
        place = home / name
        place.mkdir(parents=True)
        if "tiny.py" in keep:
            shutil.copy(whole / "tiny.py", place / "model.py")
        if "bert-base-uncased" in keep:
            shutil.copytree(whole / "bert-base-uncased", place / "bert-base-uncased")
        return place / "model.pth"

    cases = {name: case(name) for name in ("photo", "foreign", "code", "cut", "lacking", "list")}
    shutil.copy(folder / "tiny.png", cases["photo"])
    torch.save({"model": {"layer.weight": torch.zeros(3)}}, cases["foreign"])
    torch.save({"model": state, "run": eval}, cases["code"])
    cases["cut"].write_bytes((whole / "tiny.pth").read_bytes()[:100_000])
    lacking = {k: v for k, v in state.items() if "decoder.norm" not in k}
    torch.save({"model": lacking}, cases["lacking"])
    torch.save([1, 2], cases["list"])
    cases["no words"] = case("no words", keep=("tiny.py",))
    cases["no config"] = case("no config", keep=("bert-base-uncased",))
    cases["other words"] = case("other words")
    cases["config"] = case("config")
    for name in ("no words", "no config", "other words", "config"):
        cases[name].symlink_to(whole / "tiny.pth")
    config = cases["other words"].parent / "bert-base-uncased" / "config.json"
    config.write_text(config.read_text().replace('"vocab_size": 1100', '"vocab_size": 30522'))
    cases["config"].with_suffix(".py").write_text("import os\nnum_queries = os.getpid()\n")
    return cases | {"missing": home / "nothing.pth", "text": folder / "made.json"}


def hugging_face_refusals(folder, home):
    def case(name):
        place = home / name
        place.mkdir()
        for path in (folder / "hugging-face").iterdir():
            (place / path.name).symlink_to(path)
        return place

    def write(path, content):
        path.unlink()
        path.write_bytes(content)

    from safetensors.torch import load_file, save_file

    names = ("other type", "not whole", "cut", "damaged config", "other vocabulary", "lacking")
    cases = {name: case(name) for name in names}
    config = folder / "hugging-face" / "config.json"
    text = config.read_text().replace('"model_type": "grounding-dino"', '"model_type": "detr"')
    write(cases["other type"] / "config.json", text.encode())
    (cases["not whole"] / "preprocessor_config.json").unlink()
    weights = folder / "hugging-face" / "model.safetensors"
    write(cases["cut"] / "model.safetensors", weights.read_bytes()[:100_000])
    lacking = {k: v for k, v in load_file(weights).items() if "decoder.layer_norm" not in k}
    (cases["lacking"] / "model.safetensors").unlink()
    save_file(lacking, cases["lacking"] / "model.safetensors", {"format": "pt"})
    write(cases["damaged config"] / "config.json", config.read_bytes()[:100])
    tokenizer = cases["other vocabulary"] / "tokenizer.json"
    swapped = json.loads(tokenizer.read_text())
    words = swapped["model"]["vocab"]
    words["."], words["thin"] = words["thin"], words["."]
    write(tokenizer, json.dumps(swapped).encode())
    return {f"hf {name}": path for name, path in cases.items()}


def architectures():
    """What is told by the shapes of the true Swins, made with fewer layers; sizes as trained."""
    from groundingdino.datasets import transforms
    from groundingdino.models.GroundingDINO.backbone.swin_transformer import build_swin_transformer

    from backends import grounding_dino_original as original

    told = {}
    for name in ("swin_T_224_1k", "swin_B_384_22k", "swin_L_384_22k"):
        swin = build_swin_transformer(name, 224, depths=[1, 1, 1, 1])
        state = {f"backbone.0.{k}": v for k, v in swin.state_dict().items()}
        try:
            told[name] = original.read_architecture(Path("gd.pth"), state)["backbone"]
        except UserError as e:
            told[name] = e.hint
    random = np.random.default_rng(1)
    sizes = [tuple(map(int, random.integers(40, 3000, 2))) for _ in range(200)]
    scale = transforms.RandomResize([800], max_size=1333)
    blank = [Image.new("1", size[::-1]) for size in sizes]
    theirs = [scale(image, None)[0].size[::-1] for image in blank]
    engine = object.__new__(original.OriginalEngine)
    told["sizes"] = [list(engine.trained_size(size)) for size in sizes] == list(map(list, theirs))
    return told


def spans(folder):
    """(tokens where our caption says that a phrase is, the phrase's tokens) of awkward phrases."""
    from transformers import BertTokenizerFast

    tokenizer = BertTokenizerFast.from_pretrained(folder / "original" / "bert-base-uncased")
    (caption,) = captions(MARKED, tokenize=tokenizer.tokenize, window=256)
    every = tokenizer.convert_ids_to_tokens(tokenizer(caption.text)["input_ids"])
    return [[every[p.tokens], tokenizer.tokenize(p.text)] for p in caption.phrases]


def from_worker(folder, photos):
    with ModelWorker(
        settings(folder / "hugging-face", image_size_px=LONGER_PX), BACKENDS["grounding-dino"]
    ) as worker:
        found = worker.ask("detect", [photos["odd"]], QUERY)[0]
        return {
            "finds": [[each.class_name, each.score] for each in found],
            "classes": worker.class_names,
            "device": worker.device,
            "notes": worker.notes,
        }


def main():
    folder = Path(sys.argv[1])
    forbid_network(folder / "cache")
    warnings.simplefilter("error")
    photos = {name: np.asarray(Image.open(folder / f"{name}.png")) for name in SIZES}
    done = {
        "found": found_by_both(folder, photos),
        "settings": found_with_settings(folder, photos),
        "architectures": architectures(),
        "spans": spans(folder),
        "worker": from_worker(folder, photos),
        "refused": refusals(folder, photos),
    }
    (folder / "run.json").write_text(json.dumps(done))


if __name__ == "__main__":
    main()
