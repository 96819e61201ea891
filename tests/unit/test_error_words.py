"""Errors in Chinese: every sentence that the sources can say has its translation, and finds it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from app.core.annotation import Annotation, new_uid
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import STATE_WORDS, STATES, ImageLabel
from app.core.label_class import LabelClass
from app.core.people import ROLES
from app.core.prelabelling import PrelabelReport
from app.core.review import refuse_locked, refuse_unready
from app.shell.frame.error_words import (
    Catalogue,
    in_one_text,
    in_screen_words,
    worded,
    worded_report,
)
from app.storage.failures import OutdatedError
from app.storage.project import Project
from resources.translations.update import FOLDER
from tests.helpers.raised_words import PLACEHOLDER, Reader, errors_unread

KEPT = json.loads((FOLDER / "errors.zh_CN.json").read_text("utf-8"))
TEMPLATES: dict[str, str] = KEPT["templates"]
WORDS: dict[str, dict[str, str]] = {
    name: known for names, known in KEPT["words"].items() for name in names.split()
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SAME = {
    *("`flawmark servers add --help`.", "a {value}"),
    *("{who.name}, a {who.role},", "{who.name}, an {who.role},"),
    *("{problem} (skipped)", "{problem} (clipped)"),
}
"""Commands and values, of which little is to be translated."""


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    return dict(Reader().read_all())


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(**KEPT)


@pytest.fixture
def chinese() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("zh_CN"))
    yield
    QLocale.setDefault(before)


def test_every_sentence_of_the_sources_is_translated(said: dict[str, str]):
    missing = {template: file for template, file in said.items() if template not in TEMPLATES}
    assert missing == {}, "add them to resources/translations/errors.zh_CN.json"


def test_no_sentence_is_kept_that_nothing_says(said: dict[str, str]):
    assert [template for template in TEMPLATES if template not in said] == []


def test_the_sources_are_read_whole(said: dict[str, str]):
    """From an f-string, a constant, a table, a factory's parameter, both sides of an `if`, SQL."""
    assert {
        *("{path} is empty (0 bytes)", "Copy it again from where it came from, or leave it out."),
        *("has no room: the disk is full.", "is cut off: {detail}", "its end marker is missing"),
        *("{folder} is no OpenVINO model: it holds no .xml file.", "the image is locked"),
        *("Reopen it first.", "Take it there step by step.", "{who.name}, an {who.role},"),
    } <= set(said)


def test_every_kind_of_error_is_read():
    assert errors_unread() == set()


def test_placeholders_stay():
    differing = [
        source
        for source, translation in TEMPLATES.items()
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(translation))
    ]
    assert differing == []


def test_translations_are_chinese():
    english = [t for s, t in TEMPLATES.items() if s not in _SAME and not _CHINESE.search(t)]
    assert english == []


def test_chinese_has_its_own_marks():
    """Full width beside Chinese characters, and a space between them and letters."""
    value = "\ue000"  # what stands at a placeholder may be in letters or not
    han = "[\u4e00-\u9fff]"
    wrong = re.compile(
        f"{han}[,;:?!()]|[,;:?!(]{han}|{han}[A-Za-z0-9`]|[A-Za-z0-9`]{han}|{han} {han}"
    )
    texts = [PLACEHOLDER.sub(value, text) for text in TEMPLATES.values()]
    assert [text for text in texts if wrong.search(text)] == []


def test_sentences_end_alike():
    differing = [
        s for s, t in TEMPLATES.items() if s.endswith((".", "?")) != t.endswith(("。", "？"))
    ]
    assert [s for s in differing if s not in _SAME and not s.startswith("{e.hint}")] == []


def test_states_and_roles_have_their_words():
    assert set(WORDS["state"]) == set(STATE_WORDS.values()) and set(STATE_WORDS) == set(STATES)
    assert set(WORDS["role"]) == set(ROLES)


def test_what_speaks_of_a_class_has_its_words(tmp_path: Path):
    with Project.create(tmp_path / "line") as project:
        (streak,) = project.add_classes([LabelClass("streak")], actor="ann")
        assert set(WORDS["uses"]) == set(project.classes.uses(streak.id))


def samples_for(template: str) -> dict[str, str]:
    """What could stand at each placeholder: paths, counts and names with signs in them."""
    odd = ("/data/bed 3/图像_0007.png", "12", "'streak: long'", "C:\\x y\\z.png")
    names = PLACEHOLDER.findall(template)
    return {name: next(iter(words_at(name)), odd[n % 4]) for n, name in enumerate(names)}


def filled(text: str, values: dict[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def words_at(name: str) -> dict[str, str]:
    return WORDS.get(name.split(".")[-1].rstrip("0123456789"), {})


def test_each_sentence_comes_in_chinese_with_its_values(catalogue: Catalogue):
    """And in its own: not in that of another sentence that could be taken for it."""
    differing = {}
    for template, translation in TEMPLATES.items():
        samples = samples_for(template)
        expected = {name: words_at(name).get(value, value) for name, value in samples.items()}
        shown = catalogue.translated(filled(template, samples))
        if shown.replace(" ", "") != filled(translation, expected).replace(" ", ""):
            differing[template] = shown
    assert differing == {}


@given(st.text(alphabet="ab 7/\\.:'\n层，", max_size=20))
def test_values_are_put_over_as_they_are(value: str):
    catalogue = Catalogue(
        templates={"{path} can't be read: {why} ({n} bytes)": "无法读取 {path}：{why}（{n} 字节）"},
        words={},
        values={},
    )
    shown = catalogue.translated(f"{value} can't be read: {value}x ({value} bytes)")
    assert shown == f"无法读取 {value}：{value}x（{value} 字节）"


@given(st.text(max_size=40))
def test_what_it_does_not_know_stays(text: str):
    assert (
        Catalogue(templates={"A {b} c.": "甲{b}。"}, words={}, values={}).translated(text) == text
    )


@pytest.mark.parametrize(
    ("english", "shown"),
    [
        # a reason in the place of a value
        (
            "The export to /out failed: No space left on device (/out/a b.png).",
            "导出到 /out 失败：磁盘空间不足（/out/a b.png）。",
        ),
        (
            "The model process died (killed: probably out of memory). Nothing of yours was lost.",
            "模型进程意外退出（被终止，可能是内存不足）。你的数据没有丢失。",
        ),
        # handed on with the name of a photo before it, once or twice
        (
            "bed 3/l.png is cut off: it ends within its header",
            "bed 3/l.png 不完整：文件在文件头内就结束了",
        ),
        (
            "bed: one.png: /x/bed: one.png is empty (0 bytes)",
            "bed: one.png: /x/bed: one.png 是空的（0 字节）",
        ),
        ("/p/project.db has no room: the disk is full.", "/p/project.db 没有空间：磁盘已满。"),
        (
            "a.xml:3: score 2 is not between 0 and 1 (skipped)",
            "a.xml:3: 置信度 2 不在 0 到 1 之间（已跳过）",
        ),
        # words that stand for something: states, roles, lists of them
        (
            "li, a reviewer, may not make an image approved that is in progress.",
            "li（审核员）不能把标注中的图像改为已通过。",
        ),
        (
            "The class 'slag' is in use: boxes (1,234), recipe 'a b'.",
            "类别 'slag' 正在使用：框（1,234）、方案 'a b'。",
        ),
        ("Ask one of these to: reviewer, lead.", "请由以下角色操作：审核员、负责人。"),
        (
            "There is nothing to ask about: no image that is submitted or approved has boxes or is"
            " normal.",
            "没有可提问的图像：已提交、已通过的图像都没有框，也没有标为正常。",
        ),
        # what was seen one after the other, as a report names it
        (
            "Leak check: 7 photos of val or test look like one that is trained on. bed 3/a.png in"
            " val, looks like b.png in train (3 of 64 bits differ); c.png in test, looks like b.png"
            " in train (0 of 64 bits differ). `flawmark split --check` lists them.",
            "泄漏检查：val 或 test 中有 7 张照片与训练照片相似。bed 3/a.png 在 val 中，"
            "与 train 中的 b.png 相似（64 位中有 3 位不同）；c.png 在 test 中，"
            "与 train 中的 b.png 相似（64 位中有 0 位不同）。可用 `flawmark split --check` 列出。",
        ),
        (
            "9 images were left out: a.png: /x/a.png doesn't exist; b.png is empty (0 bytes) …",
            "9 张图像未导出：a.png: /x/a.png 不存在；b.png 是空的（0 字节） …",
        ),
        (
            "Split: 8 train, 2 val.\nval has no image with streak; 4.0% of all have.",
            "划分：8 train, 2 val。\nval 中没有含 streak 的图像；全部图像中占 4.0%。",
        ),
        (
            "Not asked about in zh, since the classes have no words for it: causes, remedies of"
            " slag, streak.",
            "zh 中没有提问，因为类别缺少相应的说法：slag, streak 的成因、处理方法。",
        ),
        # values with signs that sentences have, too
        (
            "The settings of the window can't be read: /a\nb.json: Permission denied",
            "无法读取窗口设置：/a\nb.json：权限不足",
        ),
        ("Something new has happened to new.png.", "Something new has happened to new.png."),
    ],
)
def test_how_it_reads(catalogue: Catalogue, english: str, shown: str):
    assert catalogue.translated(english) == shown


def test_only_the_chinese_window_speaks_chinese(chinese: None):
    error = OutdatedError("The comment is empty.", hint="Write what you want to say, then send it.")
    shown = worded(error)
    assert (type(shown), shown.what, shown.hint) == (
        OutdatedError,
        "批注是空的。",
        "请先写好内容再发送。",
    )
    assert in_one_text(error) == "批注是空的。请先写好内容再发送。"
    assert in_one_text(error, between="\n") == "批注是空的。\n请先写好内容再发送。"
    QLocale.setDefault(QLocale(QLocale.Language.English))
    assert in_screen_words(error.what) == error.what
    assert in_one_text(error) == f"{error.what} {error.hint}"


def test_a_report_is_worded(chinese: None):
    report = PrelabelReport(
        notes=("starter: OpenVINO can't use cuda here; it runs on the CPU.",),
        refused=[UserError("a.png: /x/a.png doesn't exist", hint="Leave it out.")],
    )
    shown = worded_report(report)
    assert shown.notes == ("starter: OpenVINO 在本机无法使用 cuda，改用 CPU 运行。",)
    assert [(e.what, e.hint) for e in shown.refused] == [("a.png: /x/a.png 不存在", "请不使用它。")]


def test_states_are_said_as_people_say_them():
    with pytest.raises(UserError, match="This image is approved, so nothing"):
        refuse_locked(ImageLabel(state="approved"))
    proposal = Annotation(new_uid(), 1, Box(0, 0, 4, 4), run_id=1, score=0.5)
    with pytest.raises(UserError, match="neither accepted nor removed: 1"):
        refuse_unready(ImageLabel(state="in_progress"), [proposal])
