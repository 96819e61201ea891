"""Class names that are ordinary words or figures are told, and what a team calls them instead."""

import random
from dataclasses import replace

import pytest

from app.conversations.checks.checking import check_exchange, check_exchanges
from app.conversations.writing.class_names import name_faults
from app.conversations.writing.writer import Writer
from app.core.conversation import Exchange
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES, Language
from app.services.create import load_label_set
from app.services.questions import shipped
from tests.helpers.random_facts import random_facts, with_ids
from tests.helpers.talk import SLAG, facts


def _faults(language: Language, *names: str, **of_all: Knowledge) -> dict[str, tuple[str, str]]:
    classes = with_ids([LabelClass(name, **of_all) for name in names])
    found = name_faults(shipped()["surface", language], classes)
    return {each.label_class.name: (each.kind, each.words) for each in found}


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ("good", "none", "normal", "report", "defect", "surface", "edge")),
        ("zh", ("缺陷", "不良", "正常", "报告", "表面")),
    ],
)
def test_ordinary_words_are_told_with_a_sentence_that_has_them(language, names):
    classes = with_ids([LabelClass(name) for name in (*names, "scratch", "气孔")])
    found = list(name_faults(shipped()["surface", language], classes))
    assert [each.label_class.name for each in found] == list(names)
    assert all(each.kind == "common" and each.words in each.text for each in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_told_and_names_of_defects_are_not(language):
    assert _faults(language, "1", "2", "crack") == {"1": ("unheard", "1"), "2": ("unheard", "2")}
    assert _faults(language, "crazing", "rolled-in_scale", "type A", "Class1", "top_dent") == {}
    assert _faults(language, "defect") == {}  # the only class: any word for a defect means it


def test_two_classes_of_one_name_are_told():
    classes = with_ids([LabelClass("a1", name_zh="划痕"), LabelClass("b1", name_zh="划痕")])
    found = list(name_faults(shipped()["surface", "zh"], classes))
    assert [each.kind for each in found] == ["unheard", "unheard"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["powder-bed", "battery-electrode"])
def test_what_ships_has_names_that_are_heard(name, language):
    classes = with_ids(load_label_set(name).classes)
    assert list(name_faults(shipped()[name, language], classes, classes)) == []
    assert list(name_faults(shipped()["surface", language], classes)) == []


def test_a_class_that_is_called_otherwise_is_spoken_of_so():

    called = {"1": ("scratch", "划痕"), "good": ("dent", "凹坑"), "defect": ("stain", "污渍")}
    classes = with_ids(
        [
            LabelClass(name, en=Knowledge(name=en), zh=Knowledge(name=zh))
            for name, (en, zh) in called.items()
        ]
    )
    dice = random.Random(5)
    for language in LANGUAGES:
        assert list(name_faults(shipped()["surface", language], classes)) == []
        writer = Writer(shipped()["surface", language], seed=3)
        for _ in range(20):
            image = random_facts(dice, classes)
            exchanges = writer.exchanges(image)
            assert check_exchanges(exchanges, image, language) == []
            if image.things:
                text = " ".join(e.question + e.answer for e in exchanges)
                c = image.present[0]
                assert c.label(language) in text


def test_other_words_for_a_class_are_read_as_that_class():
    def answer(text: str, c: LabelClass, language: Language = "en"):
        image = facts([(c, (10, 10, 40, 20))])
        known = tuple(c if each.id == c.id else each for each in image.classes)
        image = replace(image, classes=known)
        question = "What is wrong?" if language == "en" else "有什么问题？"
        exchange = Exchange("identification", "", None, question, text, author="li")
        return [found.kind for found in check_exchange(exchange, image, language)]

    taught = replace(
        SLAG,
        en=replace(SLAG.en, aliases=("debris",)),
        zh=replace(SLAG.zh, aliases=("杂质",)),
    )
    assert answer("There is no debris.", SLAG) == []  # nobody knows what that is
    assert answer("There are three debris particles.", taught) == ["class_count"]
    assert answer("There is debris in the top left.", taught) == []
    assert answer("There is no debris.", taught) == ["denied_class"]
    assert answer("有两处杂质。", taught, "zh") == ["class_count"]


def test_the_place_of_the_largest_of_several_is_not_that_of_all():
    image = facts([(SLAG, (10, 10, 60, 60)), (SLAG, (150, 150, 155, 155)), (SLAG, (90, 5, 95, 9))])
    question = "Is there any slag?"
    right = "Yes. The largest of the three pieces of slag lies in the top left."
    wrong = "Yes. The largest of the three pieces of slag lies in the bottom right."

    def kinds(text: str) -> list[str]:
        exchange = Exchange("presence", "", SLAG.id, question, text, author="li")
        return [found.kind for found in check_exchange(exchange, image, "en")]

    assert kinds(right) == []
    assert kinds(wrong) == ["place"]
    assert kinds("Yes. The largest of the two pieces of slag lies in the top left.") != []
