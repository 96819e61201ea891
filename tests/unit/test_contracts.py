"""The import contracts hold, and each of them can break."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "widgets", "backends", "resources")

VIOLATIONS = {
    "the arrows run one way": ("app/core/geometry.py", "import app.storage.project"),
    "the core knows values only": ("app/core/geometry.py", "import cv2"),
    "Qt stays on screen": ("app/services/status.py", "import PySide6.QtCore"),
    "only the store speaks SQL": ("app/formats/base.py", "import sqlite3"),
    "torch stays in the model process": ("app/services/status.py", "import torch"),
    "widgets see values, not files": ("widgets/photo/view.py", "import cv2"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command"
    return subprocess.run(
        [sys.executable, "-c", f"{code}; lint_imports_command(['--no-cache'])"],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def contract_names() -> list[str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [contract["name"] for contract in config["tool"]["importlinter"]["contracts"]]


def test_the_contracts_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_every_contract_has_a_seeded_violation() -> None:
    assert sorted(contract_names()) == sorted(VIOLATIONS)


@pytest.mark.slow
@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_seeded_violation_breaks_its_contract(name: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        only_python = shutil.ignore_patterns("*.pt", "__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=only_python)
    file, statement = VIOLATIONS[name]
    module = tmp_path / file
    module.write_text(module.read_text("utf-8") + f"\n{statement}\n", "utf-8")

    result = lint(tmp_path)

    assert result.returncode == 1, result.stdout
    assert f"{name} BROKEN" in result.stdout
