"""Has a trainer read records that were exported, and holds its reading against them.

    FLAWMARK_CONSUMERS=FOLDER python -m tests.consumers.read_export TARGET FILE.jsonl…
        [--max-pixels N]

FOLDER is that of the tests, TARGET one of ms-swift or llama-factory with a Qwen VLM; N is what the
export was given. Exit 1 when the model gets something otherwise than a row says; a row that
the trainer refuses ends it with the trainer's words.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory

from app.conversations.targets.targets import target_by_name
from tests.consumers.readings import MODELS, fault_of_row, job, rows_of
from tests.consumers.trainers import NotReadyError, consumer


def read(target, files):
    if target.vlm.name not in MODELS:
        sys.exit(f"there is no tiny model for {target.name}: choose one of {', '.join(MODELS)}")
    trainer = consumer(target.trainer.name)
    jobs = [job(str(file), file, target, trainer) for file in files]
    with TemporaryDirectory() as work:
        results = trainer.read(jobs, Path(work))
    return sum(told(file, results[str(file)], target) for file in files)


def told(file, results, target):
    """Prints what differs; gives how many rows do."""
    rows = rows_of(file)
    if len(rows) != len(results):
        sys.exit(f"{file}: {len(rows)} rows, of which {target.trainer.name} keeps {len(results)}")
    pairs = enumerate(zip(rows, results, strict=True), start=1)
    faults = [(line, fault_of_row(*pair, target)) for line, pair in pairs]
    faults = [(line, fault) for line, fault in faults if fault]
    sys.stdout.writelines(f"{file}:{line}: {fault}\n" for line, fault in faults)
    sys.stdout.write(f"{file}: {len(rows)} rows read, {len(faults)} otherwise than written\n")
    return len(faults)


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("files", nargs="+", type=lambda path: Path(path).resolve())
    parser.add_argument("--max-pixels", type=int)
    given = parser.parse_args()
    try:
        limited = target_by_name(given.target).limited(given.max_pixels)
        sys.exit(read(limited, given.files) > 0)
    except NotReadyError as missing:
        sys.exit(str(missing))
    except CalledProcessError as refused:
        sys.exit(refused.stderr)
