"""ms-swift and LLaMA-Factory read what targets write: nothing refused, nothing changed unseen."""

import json

import pytest
from PIL import Image

from app.conversations.targets.targets import TARGETS, Shown, bake_size
from app.conversations.targets.trainers import dataset_info, tells_types
from app.core.conversation import BOXES, CLAIMS, FORMAT, IMAGE
from tests.consumers.readings import MODELS, fault_of_turns, job
from tests.consumers.trainers import TRAINERS
from tests.helpers.made_records import facts_with as facts_of
from tests.helpers.made_records import random_box, random_dialogue, seeded

pytestmark = pytest.mark.consumers

SIZES = ((200, 200), (1920, 1080), (3772, 3302), (40, 31), (5600, 40), (300, 1500), (13, 200))
N_ROWS = 14


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")

    def photo(size):
        path = folder / f"{size[0]}x{size[1]}.png"
        if not path.exists():
            Image.new("RGB", size, (90, 90, 90)).save(path)
        return str(path)

    return photo


def exported(target, folder, photo, *, baked):
    """Writes a file; gives its path and of each row (facts, record, target's image size)."""
    rng = seeded(f"{target.name} {baked}")
    written = []
    for n in range(N_ROWS):
        size = SIZES[n % len(SIZES)]
        boxes = [random_box(rng, *size, least_px=12) for _ in range(n * 5 % 6)]
        facts = facts_of(boxes, *size)
        record = random_dialogue(rng, facts)
        shown_size = bake_size(target, *size) if baked else size
        shown = Shown(photo(shown_size), *shown_size, is_baked=baked)
        written.append((target.line(record, facts, shown), facts, record, shown))
    written.sort(key=lambda each: not tells_types(each[0]))
    file = folder / f"{target.vlm.name}-{'baked' if baked else 'original'}.jsonl"
    file.write_text("".join(json.dumps(each[0]) + "\n" for each in written), "utf-8")
    return file, [each[1:] for each in written]


def expected_turns(target, facts, record, seen):
    """What the model is to read, with numbers for a picture of size `seen`."""
    width, height = seen if target.vlm.name == "qwen2.5-vl" else (1000, 1000)

    def entry(label_class, box):
        numbers = (
            round(box.left / facts.width_px * width),
            round(box.top / facts.height_px * height),
            round(box.right / facts.width_px * width),
            round(box.bottom / facts.height_px * height),
        )
        return target.vlm.form.entry(label_class.label(record.language), numbers)

    by_uid = {thing.uid: entry(thing.label_class, thing.box) for thing in facts.things}
    classes = {c.id: c for c in facts.classes}
    claims = [entry(classes[claim.class_id], claim.box) for claim in record.claims]
    join = target.vlm.form.joined
    for turn in record.messages:
        text = BOXES.sub(lambda found: join([by_uid[u] for u in found[1].split()]), turn.content)
        text = text.replace(CLAIMS, join(claims)).replace(IMAGE, "")
        yield turn.role, text.replace(FORMAT, target.format_words(record.language))


def check(target, results, written, *, baked):
    assert len(results) == len(written)
    for result, (facts, record, shown) in zip(results, written, strict=True):
        [seen] = result["sizes"]
        if baked:
            assert seen == [shown.width_px, shown.height_px]
        assert not fault_of_turns(list(expected_turns(target, facts, record, seen)), result)


@pytest.mark.parametrize("trainer", TRAINERS)
def test_the_model_reads_what_was_written(trainer, ready, photos, tmp_path):
    consumer = ready(trainer)
    jobs, written = [], {}
    for vlm in MODELS:
        target = TARGETS[f"{trainer}/{vlm}"]
        for baked in (False, True):
            file, rows = exported(target, tmp_path, photos, baked=baked)
            written[file.stem] = target, rows, baked
            jobs.append(job(file.stem, file, target, consumer))
    registry = dataset_info({name: f"{name}.jsonl" for name in written})
    (tmp_path / "dataset_info.json").write_text(json.dumps(registry), "utf-8")
    results = consumer.read(jobs, tmp_path)
    assert results.keys() == written.keys()
    for name, (target, rows, baked) in written.items():
        check(target, results[name], rows, baked=baked)
