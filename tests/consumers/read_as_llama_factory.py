"""What LLaMA-Factory makes of JSONL files: its own loader, template and image plugin.

Run as `read_as_llama_factory.py JOBS.json RESULTS.json` by the environment that holds it.
"""

import json
import sys
import tempfile
from pathlib import Path

from offline import do_without_torchaudio, stay_offline

IMAGE_PAD = 151_655


def read(job):
    """The rows of a file as the model gets them, by way of the dataset_info.json beside it."""
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer

    file = Path(job["file"])
    options = {
        "model_name_or_path": job["model"],
        "template": job["template"],
        "dataset_dir": str(file.parent),
        "dataset": file.stem,
        "stage": "sft",
        "do_train": True,
        "finetuning_type": "lora",
        "cutoff_len": 16_384,
        "overwrite_cache": True,
        "output_dir": tempfile.mkdtemp(),
        "report_to": "none",
        "use_cpu": True,
        "bf16": False,
    }
    if job["most_px"] is not None:
        options["image_max_pixels"] = job["most_px"]
    model, data, training, _, _ = get_train_args(options)
    loaded = load_tokenizer(model)
    template = get_template_and_fix_tokenizer(loaded["tokenizer"], data)
    rows = get_dataset(template, model, data, training, stage="sft", **loaded)["train_dataset"]
    return [encoded(template, loaded, row) for row in rows]


def encoded(template, loaded, row):
    decode = loaded["tokenizer"].decode
    images = row["images"]
    pixels = template.mm_plugin.get_mm_inputs(
        images, [], [], [len(images)], [0], [0], [row["input_ids"]], loaded["processor"]
    )
    patch_px = loaded["processor"].image_processor.patch_size
    return {
        "sizes": [(int(w) * patch_px, int(h) * patch_px) for _, h, w in pixels["image_grid_thw"]],
        "text": decode([token for token in row["input_ids"] if token != IMAGE_PAD]),
        "trained": decode([token for token in row["labels"] if token != -100]),
    }


if __name__ == "__main__":
    stay_offline()
    do_without_torchaudio()
    jobs = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    results = {job["name"]: read(job) for job in jobs}
    Path(sys.argv[2]).write_text(json.dumps(results), "utf-8")
