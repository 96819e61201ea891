"""Makes weight files with the real libraries' tensor names and tiny tensors, where names tell.

Usage: python named_weights.py FOLDER, in a process of its own: it loads torch.
"""

import json
import sys
import warnings
from functools import partial
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import torch  # noqa: TID253 - it has a process of its own

SIZE_OF = {"sam_vit_b": "vit_b", "sam_vit_l": "vit_l", "sam_vit_h": "vit_h"}


def save(path, module, *, nested=False, prefix="", legacy=False):
    tensors = {f"{prefix}{name}": torch.zeros(2, device="cpu") for name in module.state_dict()}
    torch.save(
        {"model": tensors} if nested else tensors,
        path,
        _use_new_zipfile_serialization=not legacy,
    )


def segment_anything(folder):
    from segment_anything import sam_model_registry

    for name, size in SIZE_OF.items():
        save(folder / f"{name}.pth", sam_model_registry[size]())
    save(folder / "sam_legacy.pth", sam_model_registry["vit_b"](), legacy=True)


def ultralytics_sam(folder):
    from ultralytics.models.sam import build

    save(folder / "mobile_sam.pt", build.build_mobile_sam())
    for size, make in (
        ("t", build.build_sam2_t),
        ("s", build.build_sam2_s),
        ("b+", build.build_sam2_b),
        ("l", build.build_sam2_l),
    ):
        save(folder / f"sam2_{size}.pt", make(), nested=True)


def grounding_dino(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from groundingdino.models import build_model
        from groundingdino.util import get_tokenlizer
    from transformers import BertConfig, BertModel

    get_tokenlizer.get_tokenlizer = lambda _: SimpleNamespace(
        convert_tokens_to_ids=lambda words: list(range(len(words)))
    )
    get_tokenlizer.get_pretrained_language_model = lambda _: BertModel(BertConfig())
    for name, config in (
        ("swint", "GroundingDINO_SwinT_OGC.py"),
        ("swinb", "GroundingDINO_SwinB_cfg.py"),
    ):
        values = {}
        exec(files("groundingdino.config").joinpath(config).read_text(), values)  # the wheel's own
        model = build_model(SimpleNamespace(**values))
        save(folder / f"dino_{name}.pth", model, nested=True, prefix="module.")


def hugging_face(folder):
    from safetensors.torch import save_file
    from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection

    config = GroundingDinoConfig()
    path = folder / "grounding-dino-tiny"
    config.save_pretrained(path)
    names = GroundingDinoForObjectDetection(config).state_dict()
    save_file({name: torch.zeros(2, device="cpu") for name in names}, path / "model.safetensors")
    for beside in ("preprocessor_config.json", "tokenizer.json"):
        (path / beside).write_text(json.dumps({}))


def main():
    folder = Path(sys.argv[1])
    # Some libraries read numbers off it while they build, which tensors without memory don't have.
    torch.linspace = partial(torch.linspace, device="cpu")
    with torch.device("meta"):
        segment_anything(folder)
        grounding_dino(folder)
        hugging_face(folder)
        ultralytics_sam(folder)


if __name__ == "__main__":
    main()
