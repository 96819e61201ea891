"""Export from the window: what is asked for is what is written, and what came of it is told."""

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.conversations.targets.frames import FINE_OVERLAP
from app.shell.frame.exporting import export_options
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from widgets.frame.export_dialog import ExportChoices, ExportDialog, ExportWish, RecordWish

CHOICES = ExportChoices(
    formats=[("yolo", "YOLO"), ("jsonl", "Records")],
    states=[("all", ("in_progress", "approved")), ("approved", ("approved",))],
    targets=["ms-swift/qwen2.5-vl", "llama-factory/qwen3-vl"],
)


@pytest.fixture
def dialog(qtbot: QtBot) -> ExportDialog:
    dialog = ExportDialog(CHOICES)
    qtbot.addWidget(dialog)
    dialog.set_folder("/out/yolo")
    dialog.show()
    return dialog


def test_as_it_comes_it_asks_for_the_usual(dialog: ExportDialog) -> None:
    assert dialog.wish == ExportWish("yolo", "/out/yolo", ("in_progress", "approved"))
    assert dialog.export.isEnabled() and not dialog.records.isVisible()


def test_all_that_is_set_is_asked_for(dialog: ExportDialog, qtbot: QtBot) -> None:
    dialog.to.setCurrentIndex(1)
    dialog.states.setCurrentIndex(1)
    dialog.divide.setChecked(True)
    dialog.test.setValue(20)
    form = dialog.records
    assert form.isVisible() and not dialog.copy.isVisible()
    form.target.setCurrentIndex(1)
    form.languages["zh"].setChecked(True)
    form.per_image.setValue(5)
    for kind, box in form.kinds.items():
        box.setChecked(kind == "presence")
    form.noise.setValue(0)
    form.normal_share.setValue(30)
    form.bake.setChecked(True)
    assert form.wish.exact
    form.exact.setChecked(False)
    with qtbot.waitSignal(dialog.export_wanted) as asked:
        dialog.export.click()
    wish: ExportWish = asked.args[0]
    assert wish.shares == pytest.approx((0.7, 0.1, 0.2))
    assert (wish.to, wish.states) == ("jsonl", ("approved",))
    assert wish.records == RecordWish(
        *("llama-factory/qwen3-vl", ("en", "zh"), 5, ("presence",), 0.0, 0.3),
        bake=True,
        exact=False,
    )


def test_what_is_missing_is_said_and_nothing_can_be_asked(dialog: ExportDialog) -> None:
    def told() -> str:
        assert dialog.export.isEnabled() == (not dialog.missing.text())
        return dialog.missing.text()

    dialog.set_folder(" ")
    assert "folder" in told()
    dialog.set_folder("/out")
    dialog.divide.setChecked(True)
    dialog.val.setValue(90)
    assert told() == "Nothing is left to train on."
    dialog.divide.setChecked(False)
    dialog.to.setCurrentIndex(1)
    dialog.records.languages["en"].setChecked(False)
    assert "language" in told()
    dialog.records.languages["en"].setChecked(True)
    for box in dialog.records.kinds.values():
        box.setChecked(False)
    assert told() == "Choose what they are to ask."


def ask(bench: BenchDriver) -> ExportDialog:
    bench.window.action_set.action("export").trigger()
    (dialog,) = bench.window.findChildren(ExportDialog)
    return dialog


def told(bench: BenchDriver) -> str:
    return "".join(bench.said()[-1:])


def test_a_folder_that_nobody_chose_is_that_of_the_format(
    bench: BenchDriver, project: Project, tmp_path: Path
) -> None:
    dialog = ask(bench)
    assert Path(dialog.folder.text()) == project.folder / "exports" / "yolo"
    dialog.to.setCurrentIndex(dialog.to.findData("coco"))
    assert Path(dialog.folder.text()) == project.folder / "exports" / "coco"
    dialog.set_folder(str(tmp_path / "mine"))
    dialog.to.setCurrentIndex(dialog.to.findData("yolo"))
    assert Path(dialog.folder.text()) == tmp_path / "mine"
    dialog.reject()


def test_yolo_is_written_with_what_was_just_drawn(bench: BenchDriver, project: Project) -> None:
    bench.drag((100, 100), (120, 130))
    ask(bench).export.click()
    bench.qtbot.waitUntil(lambda: bool(told(bench)))
    assert "Exported to" in told(bench)
    assert "1 image, 3 boxes" in told(bench)
    out = project.folder / "exports" / "yolo"
    (labels,) = out.rglob("layer_1.txt")
    assert len(labels.read_text("utf-8").splitlines()) == 3
    assert "proposals that no person has checked" in bench.window.messages.history[-1].hint


def test_records_are_written_as_they_were_asked_for(bench: BenchDriver, project: Project) -> None:
    bench.drag((100, 100), (120, 130))
    dialog = ask(bench)
    dialog.to.setCurrentIndex(dialog.to.findData("jsonl"))
    dialog.records.per_image.setValue(1)
    dialog.records.noise.setValue(0)
    dialog.export.click()
    bench.qtbot.waitUntil(lambda: bool(told(bench)))
    assert "Exported to" in told(bench)
    assert "records: 1" in told(bench)
    (rows,) = (project.folder / "exports" / "jsonl").glob("*.jsonl")
    assert len([json.loads(line) for line in rows.read_text("utf-8").splitlines()]) == 1


def test_why_there_is_no_export_is_told(bench: BenchDriver, project: Project) -> None:
    dialog = ask(bench)
    dialog.states.setCurrentIndex(dialog.states.count() - 1)
    dialog.export.click()
    bench.qtbot.waitUntil(lambda: any(m.level == "error" for m in bench.window.messages.history))
    assert not (project.folder / "exports" / "yolo").exists()


@pytest.mark.parametrize(("exact", "least_iou"), [(True, FINE_OVERLAP), (False, 0)])
def test_coarse_numbers_go_unless_they_are_to_stay(exact: bool, least_iou: float) -> None:
    wish = RecordWish("ms-swift/qwen3-vl", exact=exact)
    options = export_options(ExportWish("jsonl", "/out", ("approved",), records=wish))
    assert options.records.least_iou == least_iou
