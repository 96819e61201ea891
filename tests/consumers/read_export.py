"""Has a trainer read records that were exported, and holds its reading against them.

    FLAWMARK_CONSUMERS=FOLDER python -m tests.consumers.read_export TARGET FILE.jsonl…

FOLDER is that of the tests, TARGET one of ms-swift or llama-factory with a Qwen VLM. For exports
without --max-pixels. Exit 1 when the model gets something otherwise than a row says; a row that
the trainer refuses ends it with the trainer's words.
"""

import sys
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory

from app.conversations.targets.targets import target_by_name
from tests.consumers.readings import MODELS, fault_of_row, job, rows_of
from tests.consumers.trainers import NotReadyError, consumer


def read(name, files):
    target = target_by_name(name)
    if target.vlm.name not in MODELS:
        sys.exit(f"there is no tiny model for {name}: choose one of {', '.join(MODELS)}")
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
    name, *paths = sys.argv[1:]
    try:
        sys.exit(read(name, [Path(path).resolve() for path in paths]) > 0)
    except NotReadyError as missing:
        sys.exit(str(missing))
    except CalledProcessError as refused:
        sys.exit(refused.stderr)
