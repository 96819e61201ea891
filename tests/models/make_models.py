"""Makes small models, photos and what plain ultralytics finds on them; run in a process of its own.

Usage: python make_models.py FOLDER CASE... where a case is HEAD-pt or HEAD-onnx; one is detect-pt.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import cv2
import numpy as np
from ten_photos import ten_photos

from backends.offline import forbid_network, settle_ultralytics

IMAGE_SIZE = 320
SETTINGS = {"conf": 0.3, "iou": 0.6, "max_det": 40, "imgsz": IMAGE_SIZE}
OTHERS = {"conf": 0.45, "iou": 0.1, "max_det": 25, "imgsz": 288}
YAMLS = {
    "detect": "yolo11n.yaml",
    "segment": "yolo11n-seg.yaml",
    "obb": "yolo11n-obb.yaml",
    "nmsfree": "yolo26n.yaml",
    "classify": "yolo11n-cls.yaml",
}


def letterboxed(pixels):
    """Scaled to fit IMAGE_SIZE squared, with the grey border that ultralytics gives."""
    from ultralytics.data.augment import LetterBox

    return LetterBox(IMAGE_SIZE, auto=False)(image=pixels)


def make_weights(path, yaml):
    """Random weights, wakened: normalised on photos, and unequally sure of what they find."""
    import torch
    from ultralytics import YOLO

    torch.manual_seed(3)
    model = YOLO(yaml)
    norms = [m for m in model.model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    # On the photos themselves: of what is unlike them, even of a grey border, random weights are
    # far too sure.
    photos = np.stack([letterboxed(each) for each in ten_photos().values()])
    batch = torch.from_numpy(photos).permute(0, 3, 1, 2).float() / 255
    model.model.train()
    with torch.no_grad():
        model.model(batch)
    model.model.eval()
    for norm in norms:
        norm.momentum = 0.03
    head = model.model.model[-1]
    shorten_sides([*getattr(head, "cv2", []), *getattr(head, "one2one_cv2", [])])
    branches = [*getattr(head, "cv3", []), *getattr(head, "one2one_cv3", [])]
    hooks = [branch[-1].register_forward_hook(spread_scores) for branch in branches]
    with torch.no_grad():
        model.model(batch)
    for hook in hooks:
        hook.remove()
    model.model.names = {i: f"缺陷 {i}" for i in range(len(model.model.names))}
    model.save(str(path))


def shorten_sides(branches):
    """Otherwise boxes reach half across a photo, and their edges over its borders."""
    import torch

    for branch in branches:
        bins = branch[-1].bias.numel() // 4
        with torch.no_grad():
            branch[-1].weight *= 0.3
            branch[-1].bias.copy_(-0.7 * torch.arange(bins).repeat(4) if bins > 1 else 1.5)


def spread_scores(layer, _, logits):
    """Sets a head's last layer so that two in a hundred places find something."""
    import torch

    wide = (logits - layer.bias[:, None, None]) / logits.std()
    with torch.no_grad():
        layer.weight *= 0.35 / logits.std()
        layer.bias.fill_(-0.85 - 0.35 * torch.quantile(wide.amax(1), 0.98).item())


def weights_for(folder, head, engine):
    from ultralytics import YOLO

    path = folder / f"{head}.pt"
    if not path.exists():
        make_weights(path, YAMLS[head])
    if engine == "pt":
        return path
    # Of photos of all shapes and sizes, or of squares of one size: both are about.
    dynamic = head == "detect"
    return Path(
        YOLO(str(path)).export(
            format="onnx", imgsz=IMAGE_SIZE, dynamic=dynamic, device="cpu", verbose=False
        )
    )


def reference(weights, photos, settings):
    """What plain ultralytics finds on each photo."""
    from ultralytics import YOLO

    model = YOLO(str(weights))
    return {
        name: found(model.predict(str(path), verbose=False, retina_masks=True, **settings)[0])
        for name, path in photos.items()
    }


def followed(weights, photos):
    """What is found with OTHERS, and with each of them in turn left as it is in SETTINGS."""
    every = {"all": OTHERS} | {name: OTHERS | {name: SETTINGS[name]} for name in OTHERS}
    return {name: reference(weights, photos, settings) for name, settings in every.items()}


def found(result):
    rows = result.obb if result.obb is not None else result.boxes
    finds = []
    for i, row in enumerate(rows):
        find = {
            "class": result.names[int(row.cls)],
            "score": float(row.conf),
            "box": row.xyxy[0].tolist(),
        }
        if result.obb is not None:
            find["corners"] = row.xyxyxyxy[0].tolist()
        if result.masks is not None:
            mask = result.masks.data[i].numpy().astype(np.uint8)
            _, _, parts, _ = cv2.connectedComponentsWithStats(mask)
            left, top, width, height, area = max(parts[1:].tolist(), key=lambda part: part[4])
            find["mask"] = [area, left, top, left + width, top + height]
        finds.append(find)
    return finds


def main():
    folder = Path(sys.argv[1])
    forbid_network(folder / "cache")
    settle_ultralytics()
    photos = {}
    for name, pixels in ten_photos().items():
        photos[name] = folder / f"{name}.png"
        cv2.imwrite(str(photos[name]), pixels[..., ::-1])
    cases = {}
    for case in sys.argv[2:]:
        weights = weights_for(folder, *case.split("-"))
        finds = {} if case.startswith("classify") else reference(weights, photos, SETTINGS)
        cases[case] = {"weights": str(weights), "finds": finds}
    made = {
        "cases": cases,
        "followed": followed(folder / "detect.pt", photos),
    }
    (folder / "made.json").write_text(json.dumps(made))


if __name__ == "__main__":
    main()
