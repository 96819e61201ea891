"""What ms-swift makes of JSONL files: its own loader, template and image processor.

Run as `read_as_ms_swift.py JOBS.json RESULTS.json` by the environment that holds it.
"""

import json
import os
import sys
from pathlib import Path

from offline import stay_offline

IMAGE_PAD = 151_655


def read(job):
    """The rows of a file as the model gets them."""
    if job["most_px"] is not None:
        os.environ["MAX_PIXELS"] = str(job["most_px"])
    from swift import get_processor, get_template
    from swift.dataset import load_dataset

    os.environ["QWENVL_BBOX_FORMAT"] = job["box_format"]
    rows, _ = load_dataset(job["file"], strict=True, load_from_cache_file=False)
    template = get_template(get_processor(job["model"]))
    template.set_mode("train")
    return [encoded(template, row) for row in rows]


def encoded(template, row):
    result = template.encode(row, return_template_inputs=True)
    decode = template.tokenizer.decode
    return {
        "sizes": [image.size for image in result["template_inputs"].images],
        "text": decode([token for token in result["input_ids"] if token != IMAGE_PAD]),
        "trained": decode([token for token in result["labels"] if token != -100]),
    }


if __name__ == "__main__":
    stay_offline()
    jobs = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    results = {job["name"]: read(job) for job in jobs}
    Path(sys.argv[2]).write_text(json.dumps(results), "utf-8")
