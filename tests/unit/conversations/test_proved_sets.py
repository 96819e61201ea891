"""A team's question set tried out: nothing that the checker would find is let through unseen."""

import random
from dataclasses import replace

import pytest

from app.conversations.checks.checking import check_exchanges, may_repeat
from app.conversations.writing.proving import Proof
from app.conversations.writing.writer import Writer
from app.core.language import LANGUAGES, Language
from app.core.questions import SECTIONS, Phrasing, QuestionSet
from app.services.create import load_label_set
from app.services.questions import shipped
from tests.helpers.random_facts import random_facts, with_ids

CLASSES = with_ids(load_label_set("powder-bed").classes)
SPOILT: dict[Language, tuple[str, ...]] = {
    "en": (
        "No, nothing at all.", "Yes.", "There are two.", "Both lie at the top.", "It is tiny.",
        "Nothing is at the bottom.", "No slag here.", "It is a streak.", "Everything is in order.",
        "{% if n == 4 %}There is none.{% else %}There is something.{% endif %}",
        "{% if n > 5 %}The surface is clean.{% else %}It is not clean.{% endif %}",
        "There are three kinds of defect.", "The upper third is clean.", "Is the surface clean?",
        "Is anything in the top left?", "Why?", "The rest is clean.", "Clean the blade.",
        "The largest lies in the centre.", "There are {{ 'no' if n == 1 else 'some' }} defects.",
    ),
    "zh": (
        "没有，什么也没有。", "有。", "有两处。", "均位于上部。", "很微小。", "下部没有缺陷。",
        "没有灰渣。", "是条纹。", "一切正常。", "{% if n == 4 %}没有。{% else %}有。{% endif %}",
        "共三类缺陷。",
        "{% if n > 5 %}表面正常。{% else %}不正常。{% endif %}", "上半部分正常。", "左上角有什么？",
        "表面正常吗？", "为什么？", "其余部分正常。", "清理刮刀。", "最大的在中央。", "有几处？",
    ),
}  # fmt: skip


def _spoilt(language: Language, dice: random.Random) -> QuestionSet:
    """A set of one section, with one sentence that may be wrong among its phrasings."""
    own = shipped()[dice.choice(("powder-bed", "surface")), language]
    name = dice.choice(list(own.sections))
    section = own.sections[name]
    place = dice.choice(["", *section.answers])
    phrasings = section.answers[place] if place else section.questions
    form = SECTIONS[name]
    words = form.answers[place] if place else form.question
    sentence = dice.choice([s for s in SPOILT[language] if " n " not in s or "n" in words])
    if dice.random() < 0.5:
        sentence = f"{dice.choice(phrasings).text} {sentence}"
    spoilt = (*phrasings[:3], Phrasing(sentence, 1))
    if place:
        section = replace(section, answers={**section.answers, place: spoilt})
        section = replace(section, questions=section.questions[: dice.choice((1, 4))])
    else:
        section = replace(section, questions=spoilt)
    return replace(own, name="own", sections={name: section}, stages=())


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_taken_unseen_has_nothing_that_would_be_found(language):
    dice = random.Random(11)
    found_in = unseen = 0
    for _ in range(30):
        own = _spoilt(language, dice)
        writer, proof = Writer(own, seed=dice.randint(0, 9)), Proof(own, CLASSES)
        for number in range(1, 25):
            image = replace(random_facts(dice, CLASSES), number=number)
            exchanges = writer.exchanges(image)
            found = check_exchanges(exchanges, image, language)
            is_taken = not may_repeat(exchanges) and proof.holds(image, exchanges)
            assert not (is_taken and found), (own.sections, found)
            found_in += bool(found)
            unseen += is_taken
    assert found_in > 25
    assert unseen > 250


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_set_without_faults_is_taken_unseen(language):
    dice = random.Random(2)
    own = replace(shipped()["powder-bed", language], name="own")
    writer, proof = Writer(own, seed=1), Proof(own, CLASSES)
    for number in range(1, 40):
        image = replace(random_facts(dice, CLASSES, ("spreading",)), number=number)
        assert proof.holds(image, writer.exchanges(image))


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Yes, {{ located }}.", frozenset()),
        ("{% if n == 1 %}It is{% else %}They are{% endif %} {{ located }}.", frozenset({1})),
        ("There {{ 'is' if n < 2 or not n > 1 else 'are' }} {{ counted }}.", frozenset({1, 2})),
        ("{% if place == 'at the top' %}No.{% else %}Yes.{% endif %}", None),
        ("{% if name %}Yes.{% endif %}", None),
        ("{{ 'No' if n in [3] else 'Yes' }}.", None),
    ],
)
def test_what_a_phrasing_hangs_on_is_read_off_it(text, compared):
    own = shipped()["surface", "en"]
    section = own.sections["asked"]
    section = replace(section, answers={**section.answers, "present": (Phrasing(text, 1),)})
    writer = Writer(replace(own, sections={"asked": section}))

    assert writer._templates.compared(Phrasing(text, 1)) == compared
