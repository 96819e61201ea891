"""ms-swift and LLaMA-Factory read and train on what a project is exported to by typed commands."""

import json
import math
import re
import shlex

import pytest
from safetensors.numpy import load_file

from app.conversations.targets.targets import TARGETS
from tests.consumers.bed_project import KINDS, export_bed, flawmark, make_bed
from tests.consumers.readings import MODELS, fault_of_row, job, photo_size, rows_of
from tests.consumers.trainers import TRAINERS

pytestmark = pytest.mark.consumers

COMMAND = re.compile("```\n(.+)\n```")
TINY_RUN = (
    "--per_device_train_batch_size 1 --num_train_epochs 1 --logging_steps 1 --report_to none"
    " --lr_scheduler_type constant --learning_rate 0.01 --dataloader_pin_memory false"
)
OF_TRAINER = {
    "ms-swift": "--torch_dtype float32",
    "llama-factory": "--disable_gradient_checkpointing true",
}


@pytest.fixture(scope="module")
def bed(tmp_path_factory):
    return make_bed(tmp_path_factory.mktemp("project"))


@pytest.mark.parametrize("trainer", TRAINERS)
def test_the_model_reads_a_project(trainer, ready, bed, tmp_path):
    consumer = ready(trainer)
    files = {}
    for vlm in MODELS:
        for way in ("--bake", "--no-bake"):
            target = TARGETS[f"{trainer}/{vlm}"]
            file = export_bed(bed, tmp_path / vlm / way, target.name, way, "--lang", "en,zh")
            flawmark("check", bed, "--records", file, "--target", target.name)
            files[f"{vlm} {way}"] = file, target, way == "--bake"
    jobs = [job(name, file, target, consumer) for name, (file, target, _) in files.items()]
    results = consumer.read(jobs, tmp_path)
    assert results.keys() == files.keys()
    for name, (file, target, is_baked) in files.items():
        rows = rows_of(file)
        assert len(rows) == len(KINDS) * 2 * 3
        for row, result in zip(rows, results[name], strict=True):
            assert not fault_of_row(row, result, target)
            assert not is_baked or result["sizes"] == [list(photo_size(row))]


@pytest.mark.parametrize("trainer", TRAINERS)
def test_the_model_sees_photos_as_small_as_the_trainer_is_told(trainer, ready, bed, tmp_path):
    consumer, most_px = ready(trainer), 40_000
    target = TARGETS[f"{trainer}/qwen2.5-vl"].limited(most_px)
    file = export_bed(bed, tmp_path / "out", target.name, "--max-pixels", most_px)
    results = consumer.read([job("limited", file, target, consumer)], tmp_path)["limited"]
    for row, result in zip(rows_of(file), results, strict=True):
        assert not fault_of_row(row, result, target)
        ((width, height),) = result["sizes"]
        assert width * height <= most_px < math.prod(photo_size(row))


@pytest.mark.parametrize(
    ("trainer", "vlm", "way"),
    [("ms-swift", "qwen2.5-vl", "--no-bake"), ("llama-factory", "qwen2-vl", "--bake")],
)
def test_the_command_that_comes_with_the_records_trains_two_steps(
    trainer, vlm, way, ready, bed, tmp_path
):
    consumer = ready(trainer)
    wanted = ("--kinds", "where", "--records", "2", way)
    file = export_bed(bed, tmp_path / "records", f"{trainer}/{vlm}", *wanted)
    n_rows, out = len(rows_of(file)), tmp_path / "trained"
    assert n_rows == len(KINDS) * 2
    command = COMMAND.search((file.parent / "README.md").read_text("utf-8"))[1]
    command += f" {TINY_RUN} {OF_TRAINER[trainer]} --gradient_accumulation_steps {n_rows // 2}"
    model = consumer.models / MODELS[vlm]
    for word, path in (("MODEL", model), ("OUTPUT", out)):
        command = command.replace(word, shlex.quote(str(path)))
    consumer.run(command, tmp_path)
    [checkpoint] = out.glob("**/checkpoint-2")
    assert_trained(checkpoint, n_rows)


def assert_trained(checkpoint, n_rows):
    """Two steps over half of `n_rows` each have changed what was to be learnt."""
    state = json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))
    steps = [entry for entry in state["log_history"] if "loss" in entry]
    # A row that was left out, or came twice, would end the first step at another part of an epoch.
    assert [(s["step"], s["epoch"] * n_rows) for s in steps] == [(1, n_rows / 2), (2, n_rows)]
    assert all(math.isfinite(s["loss"]) and math.isfinite(s["grad_norm"]) for s in steps)
    # LoRA's second factors begin as zeros.
    factors = load_file(checkpoint / "adapter_model.safetensors")
    learnt = [weights for name, weights in factors.items() if "lora_B" in name]
    assert learnt
    assert all(math.isfinite(abs(each).sum()) and each.any() for each in learnt)
