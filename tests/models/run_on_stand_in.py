"""What every family finds on the CPU and on a stand-in for a card, and what is told of bad cards.

Usage: python run_on_stand_in.py FOLDER; to be run in a process of its own that sees no card. What
is found and told is in FOLDER/told.json.
"""

import json
import sys
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import Mock

sys.path.insert(0, str(Path(__file__).parents[2]))

import cv2
import make_grounding_dino
import make_sam
from make_grounding_dino import BOX_THRESHOLD, LONGER_PX, PHRASES
from make_models import IMAGE_SIZE, SETTINGS, weights_for
from make_sam import PROMPTS, prompt_for
from ten_photos import ten_photos

from app.core.errors import UserError
from app.core.text_query import TextQuery
from app.imaging.preparing import PREPARE
from app.samples.powder_bed import powder_bed_photo
from backends.base import BACKENDS, DetectorSettings, SegmenterSettings
from backends.offline import forbid_network

CARD = "cuda:0"
STARTER = Path(__file__).parents[2] / "resources" / "starter" / "starter.pt"
FIRST_BED, BEDS, BED_SIDE_PX = 900_001, 6, 416


def values(found):
    return [[[f.class_name, f.score, f.box.corners] for f in finds] for finds in found]


def yolo(settings, photos):
    detector = BACKENDS["ultralytics"].load(settings)
    return {"device": detector.device, "finds": values(detector.detect(photos))}


def grounding_dino(settings, photos):
    detector = BACKENDS["grounding-dino"].load(replace(settings, image_size_px=LONGER_PX, iou=1.0))
    found = detector.detect(photos, TextQuery(PHRASES, BOX_THRESHOLD))
    return {"device": detector.device, "finds": values(found)}


def sam(settings, photos):
    # Each device looks for itself.
    cache = settings.cache / settings.device.partition(":")[0]
    segmenter = BACKENDS["sam"].load(SegmenterSettings(settings.weights, cache, settings.device))
    keys = [f"{settings.weights.name} {number}" for number in range(len(photos))]
    segmenter.embed(photos, keys)
    prompts = [[prompt_for(name, *photo.shape[:2]) for name in PROMPTS] for photo in photos]
    answers = [segmenter.segment([], *asked, 1) for asked in zip(keys, prompts, strict=True)]
    finds = [[["", o.score, o.box.corners] for (o,) in each] for each in answers]
    return {"device": segmenter.device, "finds": finds}


FAMILIES = {"yolo": yolo, "grounding-dino": grounding_dino, "sam": sam}


def on_both(run, settings, photos):
    from stand_in_card import stand_in_card

    here = run(replace(settings, device="cpu"), photos)
    with stand_in_card():
        there = run(replace(settings, device=CARD), photos)
    return {"cpu": here, "card": there}


def starter(settings):
    beds = [powder_bed_photo(FIRST_BED + number).pixels for number in range(BEDS)]
    photos = [
        PREPARE["flat_field_streaks"](
            cv2.cvtColor(bed, cv2.COLOR_GRAY2RGB) if bed.ndim == 2 else bed,
            longer_side_px=BED_SIDE_PX,
        )
        for bed in beds
    ]
    asked = replace(settings, weights=STARTER, confidence=0.1, iou=0.5, image_size_px=BED_SIDE_PX)
    return on_both(yolo, asked, photos)


def said(work):
    """What it returns, or the class and words of its error."""
    try:
        return work()
    except UserError as e:
        return [type(e).__name__, e.what, e.hint]


def broken(settings, photos):
    """Of a card that fails, by errors that CUDA itself raises where there is none."""
    import torch
    from stand_in_card import broken_card

    from backends.devices import choose_device
    from backends.probe import devices_in_words

    detector = BACKENDS["ultralytics"].load(replace(settings, device="cpu"))
    with broken_card():
        told = {
            "auto": said(partial(choose_device, "auto")),
            "named": said(partial(choose_device, CARD)),
            "doctor": devices_in_words(),
        }
        detector._predictor = lambda source: torch._C._cuda_setDevice(0)
        told["while it computes"] = said(partial(detector.detect, photos))
    # So CUDA itself says it, where other programs fill the card; torch's own words are others.
    detector._predictor = Mock(side_effect=torch.AcceleratorError("CUDA error: out of memory"))
    told["filled by others"] = said(partial(detector.detect, photos))
    return told


def full(settings, photos):
    """Of a card with room for one photo; then of what goes on after it was not enough."""
    from stand_in_card import stand_in_card

    room = max(each.shape[0] * each.shape[1] for each in photos) * 16
    with stand_in_card() as card:
        detector = BACKENDS["ultralytics"].load(replace(settings, device=CARD))
        card.room = room
        together = said(partial(detector.detect, [photos[0]] * 16))
        alone = said(lambda: values(detector.detect(photos[:1])))
    return {"together": together, "alone": alone}


def weights_of_all(folder):
    """By family and name; one of masks stands for all of YOLO."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what libraries say of their own code
        tokenizer = make_grounding_dino.make_original(folder)
        make_grounding_dino.make_hugging_face(folder, tokenizer)
        make_sam.make_original(folder / "original.pth", seed=1)
        make_sam.make_sam2(folder / "sam2.pt")
        yolo = {"segment": weights_for(folder, "segment", "pt")}
    dino = {"original": folder / "original" / "tiny.pth", "hugging-face": folder / "hugging-face"}
    sams = {"original": folder / "original.pth", "sam2": folder / "sam2.pt"}
    return {"yolo": yolo, "grounding-dino": dino, "sam": sams}


def main():
    folder = Path(sys.argv[1])
    forbid_network(folder / "cache")
    odd, square = ten_photos(("odd", "square")).values()
    photos = [odd, square, square[:, ::-1].copy()]  # the last two go through a model together
    every = DetectorSettings(
        STARTER,
        folder / "cache",
        confidence=SETTINGS["conf"],
        iou=SETTINGS["iou"],
        max_detections=SETTINGS["max_det"],
        image_size_px=IMAGE_SIZE,
        fast_engine=False,
    )
    cases = weights_of_all(folder)
    first = replace(every, weights=cases["yolo"]["segment"])
    # Before there is a stand-in: after it no card is broken any more.
    told = {"broken": broken(first, photos), "families": {}}
    for family, weights in cases.items():
        for name, path in weights.items():
            some = photos[:1] if name == "sam2" else photos  # it takes seconds for each
            answer = on_both(FAMILIES[family], replace(every, weights=path), some)
            told["families"][f"{family} {name}"] = answer
    told["families"]["starter"] = starter(every)
    told["full"] = full(first, photos)
    (folder / "told.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main()
