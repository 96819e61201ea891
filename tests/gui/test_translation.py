"""The window in Chinese: its words are all there, compiled, and fit into their places."""

import ast
import re
import shutil
import string
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.shell.bench.late_panels import Late
from app.shell.bench.panels import Panels
from app.shell.frame.language import use_language
from app.shell.frame.preferences import Preferences, load_preferences, save_preferences
from resources.translations.update import FOLDER, compile_words, extract, sources
from tests.gui.bench_driver import BenchDriver

TS, QM = FOLDER / "flawmark_zh_CN.ts", FOLDER / "flawmark_zh_CN.qm"
HINT = "run: python -m resources.translations.update"


def messages(ts: Path) -> dict[tuple[str, str], ET.Element]:
    """The translations by context and source."""
    return {
        (context.findtext("name", ""), message.findtext("source", "")): translation
        for context in ET.parse(ts).getroot().iter("context")
        for message in context.iter("message")
        for translation in message.iter("translation")
    }


def test_the_file_has_the_words_of_the_code_and_no_others(tmp_path: Path):
    fresh = tmp_path / TS.name
    extract(fresh, sources())
    assert set(messages(TS)) == set(messages(fresh)), HINT


def test_the_file_stands_as_it_would_be_written(tmp_path: Path):
    updated = tmp_path / TS.name
    shutil.copy(TS, updated)
    extract(updated, sources())
    assert updated.read_text("utf-8") == TS.read_text("utf-8"), HINT


def test_every_word_is_translated():
    unfinished = [key for key, t in messages(TS).items() if t.get("type") or not t.text]
    assert unfinished == []


def test_what_is_compiled_is_what_is_translated(tmp_path: Path):
    compile_words(TS, tmp_path / QM.name)
    assert (tmp_path / QM.name).read_bytes() == QM.read_bytes(), HINT


def test_placeholders_stay():
    differing = [
        source
        for (_, source), translation in messages(TS).items()
        if placeholders(source) != placeholders(translation.text or "")
    ]
    assert differing == []


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_every_word_is_asked_for_where_it_was_found():
    """lupdate reads Python loosely: a word under another context would never be shown."""
    known = set(messages(TS))
    asked = {key for file in sources() for key in asked_for(ast.parse(file.read_text("utf-8")))}
    assert asked == known


def asked_for(node: ast.AST, owner: str = "") -> Iterator[tuple[str, str]]:
    """Context and source of every tr, translate and QT_TRANSLATE_NOOP of literal words."""
    if isinstance(node, ast.ClassDef):
        owner = node.name
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        words = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        if name == "tr":
            assert isinstance(words[0], str), f"line {node.lineno}: lupdate can't read this"
            yield owner, words[0]
        elif name in ("translate", "QT_TRANSLATE_NOOP") and isinstance(words[-1], str):
            assert isinstance(words[0], str)
            yield words[0], words[-1]
    for child in ast.iter_child_nodes(node):
        yield from asked_for(child, owner)


@pytest.fixture
def chinese(home: Path, qapp: QApplication) -> Iterator[None]:
    """For every window that is opened now."""
    save_preferences(Preferences(language="zh_CN"), home / "config")
    before = QLocale()
    yield
    use_language(qapp, "en")
    QLocale.setDefault(before)


@pytest.fixture
def bench_zh(chinese: None, bench: BenchDriver) -> BenchDriver:
    return bench


# What is the same in Chinese: names (a class shows both of its own), commands, files, keys, units,
# numbers.
_SAME = re.compile(
    r"Flawmark|FLAWMARK_USER|`flawmark \w+`|English|"
    r"streak|slag|line3|layer_\d\.png|ann|model|starter|powder-bed|battery-electrode|CLAHE|"
    r"Enter|Shift|Ctrl|Alt|Meta|Esc|Tab|PgUp|PgDown|Home|End|Del|Backspace|Return|Space|F1|"
    r"px|Δ[xy]|YOLO|[^A-Za-z]|\b[A-Za-z]\b"
)


def english_in(text: str) -> str:
    """What is left of a text without what is the same in Chinese."""
    return _SAME.sub("", re.sub(r"<[^>]*>|&nbsp;|&(?=\w)|[/~.]\S*/\S*", "", text))


def texts_of(widget: QWidget) -> Iterator[str]:
    yield widget.toolTip()
    yield widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(i) for i in range(widget.count()))
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(i) for i in range(widget.count()))


def english_on(window: QWidget) -> list[str]:
    widgets = [window, *window.findChildren(QWidget)]
    texts = [text for widget in widgets for text in texts_of(widget)]
    texts += [action.text() for action in window.findChildren(QAction)]
    texts += [menu.title() for menu in window.findChildren(QMenu)]
    return sorted({text for text in texts if english_in(text)})


def test_no_english_is_left_on_the_bench(bench_zh: BenchDriver):
    window = bench_zh.window
    menus = [menu.title() for menu in window.menuBar().findChildren(QMenu)]
    assert {"图像", "标注框", "工具", "视图", "模型", "窗口"} <= set(menus)
    assert [dock.windowTitle() for dock in bench_zh.bench.panels.docks.values()][:2] == [
        "图像",
        "类别",
    ]
    for late in vars(Panels).values():
        if isinstance(late, Late):
            bench_zh.bench.panels.get(late)
    assert english_on(window) == []


def test_no_english_is_left_on_the_pages(bench_zh: BenchDriver):
    window = bench_zh.window
    window.close_project()
    assert english_on(window.start_page) == []
    window.action_set.action("new").trigger()
    assert english_on(window) == []
    for name in ("cheat_sheet", "keys", "messages"):
        window.action_set.action(name).trigger()
        assert english_on(window) == []


def test_qts_own_buttons_speak_chinese(chinese: None, qtbot: QtBot, qapp: QApplication):
    use_language(qapp, "zh_CN")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert "取消" in box.button(QDialogButtonBox.StandardButton.Cancel).text()


def test_classes_go_by_their_chinese_names(bench_zh: BenchDriver):
    named = {label.text() for label in bench_zh.bench.panels.proposals.findChildren(QLabel)}
    assert "灰渣" in named and "slag" not in named


def test_no_button_cuts_its_words_off(bench_zh: BenchDriver):
    window = bench_zh.window
    for dock in bench_zh.bench.panels.docks.values():
        dock.raise_()
        QApplication.processEvents()  # which begins what a panel reads once it is in sight,
        QApplication.processEvents()  # and lays it out
        cut = [
            f"{dock.windowTitle()}: {button.text()}"
            for button in dock.findChildren(QAbstractButton)
            if button.isVisible()
            and button.text()
            and button.visibleRegion().boundingRect().width() < needed_px(button)
        ]
        assert cut == []
    assert window.menuBar().width() >= window.menuBar().sizeHint().width()


def needed_px(button: QAbstractButton) -> int:
    lines = button.text().replace("&", "").split("\n")
    return max(button.fontMetrics().horizontalAdvance(line) for line in lines)


def test_a_choice_is_kept_and_marked(bench: BenchDriver, home: Path):
    actions = bench.window.action_set
    assert actions.action("language_system").isChecked()

    actions.action("language_zh_CN").trigger()

    assert [
        name for name in ("system", "en", "zh_CN") if actions.action(f"language_{name}").isChecked()
    ] == ["zh_CN"]
    assert "started again" in bench.window.messages.history[-1].what
    bench.qtbot.waitUntil(lambda: load_preferences(home / "config")[0].language == "zh_CN")


def test_english_comes_back(chinese: None, qapp: QApplication):
    use_language(qapp, "zh_CN")
    assert QCoreApplication.translate("Actions", "Undo") == "撤销"
    use_language(qapp, "en")
    assert QCoreApplication.translate("Actions", "Undo") == "Undo"
    assert QLocale().language() != QLocale.Language.Chinese


@pytest.mark.parametrize(
    ("spoken", "undo"), [(["zh-Hans-CN", "zh"], "撤销"), (["de-DE", "zh-CN"], "Undo"), ([], "Undo")]
)
def test_the_systems_first_language_decides(
    chinese: None,
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    spoken: list[str],
    undo: str,
):
    monkeypatch.setattr(QLocale, "uiLanguages", lambda _: spoken)
    use_language(qapp, "system")
    assert QCoreApplication.translate("Actions", "Undo") == undo
