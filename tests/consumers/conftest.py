"""The trainers for tests, where a folder is named in which their environments are kept.

    FLAWMARK_CONSUMERS=~/.cache/flawmark-consumers uv run pytest -m consumers

The first run makes the environments: 2.1 GB beside the torch of this project, and two minutes in
all on two cores once the packages are in uv's cache. Without the variable these tests are skipped.
"""

import pytest

from tests.consumers.trainers import FOLDER, NotReadyError, consumer


def pytest_configure(config):
    config.addinivalue_line(
        "markers", f"consumers: real trainers read what was exported; set {FOLDER} to a folder"
    )


@pytest.fixture(scope="session")
def ready():
    """A trainer by its name."""

    def made(trainer):
        try:
            return consumer(trainer)
        except NotReadyError as missing:
            pytest.skip(str(missing))

    return made
