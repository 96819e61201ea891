"""The report: its figures, its pictures, its words, and that nothing it shows lies elsewhere."""

import re
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import typer

from app.commands.report import report as run_command
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES
from app.core.review import excluded
from app.imaging.opencv import cv2
from app.services.import_photos import import_photos
from app.services.quality import count_changed
from app.services.quality_report import read_words, render, write_report
from app.storage.project import Project
from tests.helpers.seeded_work import SLAG, STREAK, SeededWork, place

VOID = frozenset({"meta", "rect", "br", "img", "link"})


class Page(HTMLParser):
    """What a reader sees: texts, cells by row, and what is loaded from where."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.sources: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.text += data
        if {"td", "th"} & set(self.open) and "title" not in self.open:
            self.rows[-1][-1] += data

    def row(self, first: str) -> list[str]:
        return next(cells for cells in self.rows if cells and cells[0].strip() == first)


@pytest.fixture
def work(project: Project) -> SeededWork:
    return SeededWork(project, 10)


@pytest.fixture
def reviewed(work: SeededWork) -> Project:
    """Two people, ten images: Li's faults are one in five, Ann has none."""
    for image_id in range(1, 11):
        who = "li" if image_id <= 5 else "ann"
        uids = work.prelabel(image_id, [(STREAK, place(n)) for n in range(5)])
        if who == "li":
            work.relabel(image_id, uids[0], SLAG, who)
        work.hand_in(image_id, who)
        if image_id == 1:
            work.send_back(image_id)
            work.hand_in(image_id, who)
        if who == "li":
            work.relabel(image_id, uids[0], STREAK, "lead")
        work.approve(image_id)
    count_changed(work.project)
    return work.project


def test_the_figures_are_the_seeded_ones(reviewed: Project) -> None:
    page = Page(render(reviewed, "en", pictures=0))

    assert page.open == []
    li, ann = page.row("li"), page.row("ann")
    assert [cell.strip() for cell in li[4:]] == ["5", "1", "16.7 %", "1.00", "1.00", "0.00"]
    assert [cell.strip() for cell in ann[4:]] == ["5", "0", "0.0 %", "1.00", "1.00", "–"]
    outcomes = [row for row in page.rows if row and row[0] == "li"][1]
    assert [cell.strip() for cell in outcomes[2:]] == [
        "80.0 %",
        "0.0 %",
        "20.0 %",
        "0.0 %",
        "0.0 %",
    ]
    streaks = [row for row in page.rows if row and row[0] == "streak"][1]
    assert [cell.strip() for cell in streaks[2:5]] == ["50", "100.0 %", "0.0 %"]


def test_only_what_people_have_said_counts_towards_a_target(project: Project) -> None:
    work = SeededWork(project, 4)
    project.add_classes([LabelClass("pore", target_count=8)], actor="lead")
    for image_id in range(1, 4):
        work.prelabel(image_id, [(3, place(n)) for n in range(3)])
    work.hand_in(1, "li")
    work.draw(2, 3, place(9), "li")
    project.apply(excluded(work.sheet(2), "blurred"), actor="li")
    page = Page(render(project, "en", pictures=0))

    assert [cell.strip() for cell in page.row("pore")[2:]] == ["3 of 8", "1"]
    assert "3Boxes by people" in page.text and "3Proposals waiting" in page.text


def test_in_chinese_it_says_the_same(reviewed: Project) -> None:
    page = Page(render(reviewed, "zh", pictures=0))

    assert "标注质量报告" in page.text and "退回率" in page.text
    assert [cell.strip() for cell in page.row("li")[4:7]] == ["5", "1", "16.7 %"]
    assert "灰渣" in page.text and "slag" not in page.text
    english = read_words("en").said
    told = [words for words in english.values() if " " in words and "{" not in words]
    assert not [words for words in told if words in page.text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_project_has_a_report(project: Project, language: str) -> None:
    page = Page(render(project, language))  # type: ignore[arg-type]

    assert page.open == [] and page.sources == []


def test_both_languages_have_the_same_words_and_the_page_uses_them() -> None:
    english, chinese = (read_words(language).said for language in LANGUAGES)

    assert list(english) == list(chinese)
    fields = {name: sorted(re.findall(r"\{(\w+)", words)) for name, words in english.items()}
    assert fields == {n: sorted(re.findall(r"\{(\w+)", words)) for n, words in chinese.items()}
    template = files("resources.report").joinpath("report.html.j2").read_text("utf-8")
    used = set(re.findall(r"\bw\.(\w+)", template)) - {"language"}
    assert used <= set(english)


def test_pictures_are_in_the_page_itself(project: Project, photos: Path) -> None:
    project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
    import_photos(project, photos)
    work = SeededWork.over(project)
    uids = work.prelabel(1, [(STREAK, place(0))], score=0.95)
    work.prelabel(2, [(STREAK, place(0))], score=0.9)
    work.relabel(1, uids[0], SLAG, "li")
    work.hand_in(1, "li")
    work.remove(2, [project.annotations.of_image(2)[0].uid], "li")
    work.draw(2, SLAG, place(1), "li")
    work.hand_in(2, "li")
    project.locate(project.images.get(2).path).unlink()
    count_changed(project)

    page = Page(render(project, "en"))
    (source,) = page.sources
    kind, _, content = source.partition(",")
    assert kind == "data:image/jpeg;base64"
    picture = cv2.imdecode(np.frombuffer(b64decode(content), np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape[1] == 400
    assert "The photo can't be read." in page.text
    assert "Labelled slag; the model says streak, 95.0 % sure." in page.text


def test_second_labellings_and_gold_are_compared(reviewed: Project) -> None:
    """Ann labels two of Li's five once more: with all five boxes, and with three. Of each five Li
    had called one slag, which the lead mended since: that is no opinion of Li's.
    """
    assert "Labelled twice" not in render(reviewed, "en", pictures=0)
    with reviewed.transaction():
        for image_id, boxes in ((1, 5), (2, 3)):
            reviewed.second.give(image_id, "ann", "twice")
            label = reviewed.second.get(image_id, "ann").label  # type: ignore[union-attr]
            drawn = [
                Annotation(f"{image_id} {n}", STREAK, place(n), author="ann") for n in range(boxes)
            ]
            edits = [AnnotationEdit(image_id, None, a) for a in drawn]
            done = replace(label, state="submitted")
            reviewed.second.write([*edits, ImageEdit(image_id, label, done)], "ann")

    page = Page(render(reviewed, "en", pictures=0))
    row = next(row for row in page.rows if row and row[0] == "ann" and row[1] == "li")
    # 2 * 8 / (10 + 8) without the class, 2 * 6 / (10 + 8) with it.
    assert row[2:] == ["2", "0.89", "0.67", "1.00", "0.00"]


def test_names_are_never_taken_for_markup(project: Project) -> None:
    work = SeededWork(project, 1)
    bad = "<script>alert(1)</script>&'\""
    project.add_classes([LabelClass(bad, name_zh=bad)], actor="lead")
    work.prelabel(1, [(3, place(0))], model=bad)
    work.hand_in(1, "<b>li</b>")
    count_changed(project)

    text = render(project, "en")
    page = Page(text)
    assert "<script" not in text and "<b>li" not in text and page.open == []
    assert page.text.count(bad) >= 2 and "<b>li</b>" in page.text


def test_a_report_that_can_not_be_written_leaves_the_old_one(
    reviewed: Project, tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    write_report(reviewed, out, pictures=0)
    assert out.read_text("utf-8").startswith("<!doctype html>")
    assert [file.name for file in tmp_path.iterdir() if "partial" in file.name] == []

    with pytest.raises(UserError, match="can't be written"):
        write_report(reviewed, tmp_path / "nowhere" / "report.html", pictures=0)


def test_the_command_counts_first(work: SeededWork, tmp_path: Path) -> None:
    work.prelabel(1, [(STREAK, place(0))])
    work.hand_in(1, "li")
    out = tmp_path / "r.html"
    run_command(work.project.folder, out, lang="zh", pictures=3)

    assert Page(out.read_text("utf-8")).row("li")[1].strip() == "1"
    with pytest.raises(typer.BadParameter):
        run_command(work.project.folder, out, lang="fr")
