"""The start page and the page for a new project, as a person uses them."""

from datetime import UTC, datetime
from pathlib import PurePath

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from widgets.frame.new_project_dialog import LabelSetChoice, NewProject, NewProjectDialog
from widgets.frame.start_page import ProjectCard, StartPage

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
LEFT = Qt.MouseButton.LeftButton
HERE = ProjectCard("/p/here", AT, is_there=True, images=10, finished=4)
GONE = ProjectCard("/p/gone", AT, is_there=False)


@pytest.fixture
def page(qtbot: QtBot) -> StartPage:
    page = StartPage()
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show_recent([HERE, GONE])
    page.show()
    qtbot.waitActive(page)
    return page


@pytest.fixture
def heard(page: StartPage) -> list[str]:
    heard: list[str] = []
    page.new_wanted.connect(lambda: heard.append("new"))
    page.open_wanted.connect(lambda: heard.append("open"))
    page.demo_wanted.connect(lambda: heard.append("demo"))
    page.open_recent.connect(lambda path: heard.append(f"open {path}"))
    page.forget_recent.connect(lambda path: heard.append(f"forget {path}"))
    return heard


def test_buttons_ask_the_shell(page: StartPage, heard: list[str]):
    for button in (page.new, page.open, page.demo):
        QTest.mouseClick(button, LEFT)

    assert heard == ["new", "open", "demo"]


def test_a_project_opens_by_click_or_key_and_a_vanished_one_does_not(page, heard):
    QTest.mouseClick(page.cards[0], LEFT)
    QTest.keyClick(page.cards[0], Qt.Key.Key_Return)
    QTest.mouseClick(page.cards[1], LEFT)
    QTest.keyClick(page.cards[1], Qt.Key.Key_Return)

    assert heard == ["open /p/here", "open /p/here"]


def test_a_double_click_opens_a_project_once(page: StartPage, heard: list[str]):
    card = page.cards[0]
    QTest.mouseClick(card, LEFT)
    QTest.mouseDClick(card, LEFT)  # what a second press is for Qt
    QTest.mouseRelease(card, LEFT)
    assert heard == ["open /p/here"]
    QTest.mouseClick(card, LEFT)
    assert heard == ["open /p/here"] * 2


def test_only_the_left_button_opens_a_project(page: StartPage, heard: list[str]):
    QTest.mouseClick(page.cards[0], Qt.MouseButton.RightButton)
    assert heard == []


def test_a_name_is_chosen_and_none_is_none(page: StartPage, qtbot: QtBot):
    chosen: list[str] = []
    page.person_chosen.connect(chosen.append)
    page.show_person("ann", is_fixed=False)
    for words in ("  Li  Wei ", "", "Li Wei"):
        page.person.setText(words)
        QTest.keyClick(page.person, Qt.Key.Key_Return)
    assert chosen == ["Li Wei"]
    assert page.person.text() == "Li Wei"


def test_a_name_that_is_set_for_the_machine_is_only_shown(page: StartPage):
    page.show_person("ann", is_fixed=True)
    assert page.person.isReadOnly() and page.person.text() == "ann"
    assert "FLAWMARK_USER" in page.person.toolTip()


def test_a_release_elsewhere_opens_nothing(page, heard):
    QTest.mousePress(page.cards[0], LEFT)
    QTest.mouseRelease(page.cards[0], LEFT, pos=QPoint(5, -50))

    assert heard == []


def test_projects_can_be_forgotten(page, heard):
    assert not page.cards[0].forget.isVisible()  # only under the pointer
    assert page.cards[1].forget.isVisible()

    QTest.mouseClick(page.cards[1].forget, LEFT)
    QTest.keyClick(page.cards[0], Qt.Key.Key_Delete)

    assert heard == ["forget /p/gone", "forget /p/here"]


def test_the_list_is_replaced(page: StartPage):
    page.show_recent([GONE])
    assert [card.project for card in page.cards] == [GONE]
    page.show_recent([])
    assert page.cards == ()


SETS = [
    LabelSetChoice("powder-bed", "Powder bed", ("streak", "slag")),
    LabelSetChoice("", "None: classes come with the first import"),
]


@pytest.fixture
def new_project(qtbot: QtBot) -> NewProjectDialog:
    page = NewProjectDialog(SETS, "/home/li")
    qtbot.addWidget(page)
    page.show()
    qtbot.waitActive(page)
    return page


@pytest.fixture
def made(new_project: NewProjectDialog) -> list[NewProject]:
    made: list[NewProject] = []
    new_project.created.connect(made.append)
    return made


def test_a_name_is_enough(new_project, made):
    assert not new_project.create_.isEnabled()
    QTest.keyClicks(new_project.name, "line 3")
    QTest.keyClick(new_project.name, Qt.Key.Key_Return)

    assert made == [NewProject(str(PurePath("/home/li/line 3")), "powder-bed")]


def test_photos_give_the_name_where_there_is_none(new_project, made):
    new_project.set_photos(["/data/bed_7"], "bed_7")
    new_project.set_folder("/home")
    new_project.set_photos(["/data/bed_8"], "bed_8")
    new_project.label_set.setCurrentIndex(1)
    QTest.mouseClick(new_project.create_, LEFT)

    assert made == [NewProject(str(PurePath("/home/bed_7")), "", ("/data/bed_8",))]


@pytest.mark.parametrize("photos", [("/a b",), ("/a b/1.png", "/c/2.png", "C:\\3.png")])
def test_folders_and_single_photos_are_told_as_they_are(new_project, made, photos):
    new_project.set_photos(photos, "bed")
    QTest.mouseClick(new_project.create_, LEFT)
    assert made[0].photos == photos


def test_it_is_asked_for_once_until_it_is_refused(new_project, made):
    new_project.name.setText("bed")
    new_project.created.connect(lambda _: new_project.show_making())
    for _ in range(2):
        QTest.mouseClick(new_project.create_, LEFT)
    assert len(made) == 1
    new_project.refuse("The disk is full.")
    QTest.mouseClick(new_project.create_, LEFT)
    assert len(made) == 2


@pytest.mark.parametrize("name", ["", "  ", "a/b", "..", "what?", ".hidden"])
def test_what_can_be_no_folder_is_said_while_it_is_typed(new_project, made, name):
    new_project.name.setText(name)
    QTest.keyClick(new_project.name, Qt.Key.Key_Return)

    assert (made, new_project.create_.isEnabled()) == ([], False)
    assert new_project.missing.text()


def test_a_refusal_stays_until_something_is_typed(new_project):
    new_project.name.setText("line 3")
    new_project.refuse("The disk is full.")
    assert new_project.missing.text() == "The disk is full."

    new_project.name.setText("line 4")
    assert new_project.missing.text() == ""


def test_the_classes_of_a_set_are_shown(new_project):
    assert new_project.classes.text() == "streak · slag"
    new_project.label_set.setCurrentIndex(1)
    assert new_project.classes.text() == ""


def test_folders_are_asked_of_the_shell(new_project, qtbot: QtBot):
    with qtbot.waitSignal(new_project.folder_wanted):
        QTest.mouseClick(new_project.pick_folder, LEFT)
    with qtbot.waitSignal(new_project.photos_wanted):
        QTest.mouseClick(new_project.pick_photos, LEFT)
    with qtbot.waitSignal(new_project.rejected):
        QTest.mouseClick(new_project.cancel, LEFT)
