"""The checker on sentences as people and models write them, right ones and wrong ones."""

import pytest

from app.conversations.checks.checking import FindingKind, check_exchange
from app.conversations.facts import ImageFacts, facts_of
from app.core.annotation import Annotation
from app.core.conversation import Exchange, Kind
from app.core.geometry import Box
from app.core.image import Image
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.language import Language

STREAK, SLAG, WRINKLE, BARE, POWDER = range(1, 6)
CLASSES = (
    LabelClass(
        "streak",
        STREAK,
        name_zh="条纹",
        en=Knowledge(
            noun="streak",
            plural="streaks",
            causes=("a nicked or worn blade", "a coarse particle dragged along"),
            consequences=("uneven layer thickness",),
            remedies=("replace the blade",),
        ),
        zh=Knowledge(causes=("刮刀刃口磨损",), consequences=("层厚不均",), remedies=("更换刮刀",)),
    ),
    LabelClass(
        "slag",
        SLAG,
        name_zh="灰渣",
        en=Knowledge(
            noun="piece of slag",
            plural="pieces of slag",
            causes=("spatter that fell on the bed",),
            consequences=("an inclusion in the part",),
            remedies=("raise the gas flow",),
        ),
        zh=Knowledge(
            causes=("飞溅物落回粉面",), consequences=("零件夹杂",), remedies=("提高风速",)
        ),
    ),
    LabelClass("wrinkle", WRINKLE, name_zh="褶皱", en=Knowledge(noun="wrinkle", plural="wrinkles")),
    LabelClass("incomplete_spreading", BARE, name_zh="铺粉不完全"),
    LabelClass("powder streak", POWDER, name_zh="粉条纹"),
)


def _facts(*boxes: tuple[int, Box]) -> ImageFacts:
    drawn = [Annotation(f"u{i}", c, box, author="a") for i, (c, box) in enumerate(boxes)]
    return facts_of(Image(1, "a.png", "0" * 16, 900, 900), drawn, CLASSES)


FACTS = _facts(
    (STREAK, Box(20, 20, 70, 70)),  # small, top left
    (STREAK, Box(400, 400, 600, 600)),  # medium, centre
    (WRINKLE, Box(310, 610, 590, 890)),  # medium, bottom
)
NORMAL = _facts()


def _kinds(
    question: str, answer: str, facts: ImageFacts, language: Language, kind: Kind = "presence"
) -> set[FindingKind]:
    exchange = Exchange(kind, "", None, question, answer, author="a")
    return {finding.kind for finding in check_exchange(exchange, facts, language)}


RIGHT_EN = [
    ("Is anything wrong?", "Yes. There are two streaks, but no slag."),
    ("Is anything wrong?", "Yes: two streaks and a wrinkle."),
    ("What do you see?", "Three defects stand out: two streaks and one wrinkle."),
    ("What do you see?", "Two streaks, one in the top left and one in the centre, and a wrinkle."),
    ("What do you see?", "It is a streak, not slag, and there's a wrinkle at the bottom."),
    ("What do you see?", "No slag here, only streaks and a wrinkle."),
    ("What do you see?", "There is neither slag nor incomplete spreading, but I count 2 streaks."),
    ("What do you see?", "Apart from two streaks and a wrinkle the bed is clean."),
    ("What do you see?", "Nothing other than streaks and a wrinkle; the rest is normal."),
    ("What do you see?", "Slag can't be seen. The streaks are not deep."),
    ("What do you see?", "Slag, incomplete spreading and powder streaks are absent."),
    ("What do you see?", "A streak rather than slag lies in the top left."),
    ("What do you see?", "Two kinds of defect: streaks and a wrinkle."),
    ("What do you see?", "One of the two streaks was left by the blade in the top left."),
    ("What do you see?", "The streak in the top left isn't visible elsewhere."),
    ("What do you see?", "In the centre, there is a streak; at the bottom, a wrinkle."),
    ("What do you see?", "The bed is free of slag and incomplete-spreading areas."),
    ("Is there any slag?", "No."),
    ("Is there any slag?", "None that I can see."),
    ("Is there any slag?", "No, slag would look like dark grains."),
    ("Is there any slag?", "Not on this layer, no such defect here."),
    ("Is there any slag?", "I looked for slag and found none."),
    ("Do you see streaks?", "I do: two streaks, the larger one in the centre."),
    ("Do you see streaks?", "Yes, two of them."),
    ("How many streaks are there?", "Two."),
    ("How many defects are there?", "3 in all."),
    ("Is the bed clean?", "No, it is not: two streaks and a wrinkle disturb it."),
    ("Is the bed free of slag?", "Yes."),
    ("Is the layer fine, or do you see a defect?", "There are defects."),
    ("Isn't there a streak?", "Yes, there is."),
    ("Where are the streaks?", "One is in the top left, the other in the centre."),
    ("Where is the wrinkle?", "At the bottom."),
    ("Is anything wrong?", "Yes — the recoater left two streaks behind."),
    ("Is anything wrong?", "Streaks. One runs through the centre; the other is upper left."),
    ("Is anything wrong?", "A large part of the bed is fine apart from the streaks."),
    ("Is anything wrong?", "It could be slag, but I think that it is a streak."),
    ("Is anything wrong?", "The right side is clean; in the centre lies a streak."),
    ("What do you see?", "Streaks: 2. Wrinkles: 1. Slag: 0."),
    ("What do you see?", "**Streaks**: 2\n**Wrinkle**: 1"),
    ("What do you see?", "1. Streak (top left)\n2. Streak (centre)\n3. Wrinkle (bottom)"),
    ("What do you see?", "There is no evidence of slag. Aside from the streaks it looks even."),
    ("Is anything wrong?", "Yes, it isn't only a streak; there is a wrinkle too."),
    ("Is anything wrong?", "Streaks and a wrinkle, three boxes in all."),
    ("Is there any slag?", "There's none. The dark line in the centre is a streak, not slag."),
    ("What do you see?", "1. Streaks (2)\n2. Wrinkle (1)"),
    ("What do you see?", "On layer 128 the streaks are about 3 mm wide."),
    ("What do you see?", "One streak lies in the centre, the other one in the top left."),
    ("What do you see?", "The top of the wrinkle is bright; the streaks run left to right."),
    ("What do you see?", "If it were slag, it would be round (it is a streak)."),
]
WRONG_EN: list[tuple[str, str, FindingKind]] = [
    ("What do you see?", "There is slag on the bed.", "absent_class"),
    ("What do you see?", "There are two powder streaks.", "absent_class"),
    ("What do you see?", "I see no streaks, but a wrinkle.", "denied_class"),
    ("What do you see?", "Streaks can't be seen.", "denied_class"),
    ("What do you see?", "Wrinkles are absent.", "denied_class"),
    ("What do you see?", "The layer is free of streaks.", "denied_class"),
    ("What do you see?", "Neither slag nor wrinkles are there.", "denied_class"),
    ("What do you see?", "There are three streaks.", "class_count"),
    ("What do you see?", "There are three long, dark streaks.", "class_count"),
    ("What do you see?", "Two defects are visible.", "total"),
    ("What do you see?", "Three kinds of defect can be seen.", "kinds"),
    ("What do you see?", "There is a wrinkle in the top right.", "place"),
    ("What do you see?", "In the bottom left, there is a streak.", "place"),
    ("What do you see?", "Two streaks in the centre.", "place"),
    ("What do you see?", "No streak lies in the centre.", "place"),
    ("What do you see?", "There is a tiny wrinkle.", "size"),
    ("What do you see?", "The wrinkle is large.", "size"),
    ("What do you see?", "The bed is normal.", "normal"),
    ("What do you see?", "No defects are visible.", "normal"),
    ("Is there any slag?", "Yes.", "yes_no"),
    ("Is there any slag?", "Yes, a piece of slag.", "absent_class"),
    ("Do you see a streak?", "No.", "yes_no"),
    ("Do you see a streak?", "Not on this layer.", "yes_no"),
    ("Is anything wrong?", "No.", "yes_no"),
    ("Is the bed clean?", "Yes.", "yes_no"),
    ("Is the bed free of streaks?", "Yes.", "yes_no"),
    ("Is there any slag?", "No, there is no incomplete spreading.", "other_class"),
    ("How many streaks are there?", "Three.", "total"),
    ("How many streaks are there?", "One.", "total"),
    ("What do you see?", "Streaks: 3. Wrinkles: 1.", "class_count"),
    ("What do you see?", "Streaks (2), wrinkles (2).", "class_count"),
    ("What do you see?", "Two streaks, a wrinkle and a streak.", "repeated"),
    ("What do you see?", "One streak in the centre and one streak in the centre.", "place"),
    ("How many defects are there?", "The count is four.", "total"),
    ("What do you see?", "A streak at [10, 20, 30, 40].", "raw_box"),
    ("What do you see?", "A streak at (10, 20), (30, 40).", "raw_box"),
    ("What do you see?", 'A streak: {"bbox_2d": 1}.', "raw_box"),
    ("What do you see?", "There are {{ found }}.", "leftover"),
    ("What do you see?", "There are None streaks.", "leftover"),
    ("What do you see?", "There is <ref-object>.", "leftover"),
    ("What do you see?", "There is [class].", "leftover"),
    ("What do you see?", "XXX", "leftover"),
    ("What do you see?", "undefined", "leftover"),
    ("What do you see?", " ", "empty"),
    ("", "Two streaks.", "empty"),
    ("What do you see?", "图中有两处条纹。", "language"),
    ("What do you see?", "Two streaks <image>", "image_tag"),
    ("What do you see?", "Here: <boxes:u0 nobody>", "boxes"),
]
RIGHT_ZH = [
    ("图中有缺陷吗？", "有，两处条纹，没有灰渣。"),
    ("图中有缺陷吗？", "有缺陷，左上部和中央各有条纹，下部一处褶皱。"),
    ("图中有什么？", "共三处缺陷：两处条纹和一处褶皱。"),
    ("图中有什么？", "是条纹，而不是灰渣，下部还有一处褶皱。"),
    ("图中有什么？", "未见灰渣、铺粉不完全，只有条纹和褶皱。"),
    ("图中有什么？", "除条纹和褶皱外，未见其他缺陷。"),
    ("图中有什么？", "灰渣没有出现，条纹不深。"),
    ("图中有什么？", "灰渣在本层不存在。"),
    ("图中有什么？", "两条明显的条纹和一处褶皱，其余区域正常。"),
    ("图中有什么？", "两种缺陷：条纹和褶皱。"),
    ("图中有什么？", "条纹两处、褶皱一处。"),
    ("图中有什么？", "没有streak以外的线状缺陷，另有褶皱。"),
    ("图中有什么？", "并非灰渣，左上部是一处较小的条纹。"),
    ("图中有灰渣吗？", "没有。"),
    ("图中有灰渣吗？", "未见，可以排除。"),
    ("图中有灰渣吗？", "就灰渣而言，这张图没有。"),
    ("有没有条纹？", "有的，共两处。"),
    ("有无条纹？", "有两处。"),
    ("条纹有几处？", "两处。"),
    ("这张图正常吗？", "不正常，有条纹。"),
    ("这张图正常吗？", "有条纹和褶皱。"),
    ("没有灰渣吧，对不对？", "是的。"),
    ("条纹在哪里？", "左上部一处，中央一处。"),
    ("褶皱在哪里？", "位于下部。"),
    ("图中有什么？", "一处条纹在左上部，另一处在中央，褶皱在下部。"),
    ("图中有什么？", "可能是灰渣，但更像条纹。"),
    ("图中有什么？", "两条沿铺粉方向的条纹，第128层开始出现。"),
    ("图中有什么？", "画面右侧正常，下方有褶皱，面积中等。"),
    ("图中有什么？", "条纹：2处；褶皱：1处。"),
    ("图中有什么？", "1. 条纹：2处\n2. 褶皱：1处"),
    ("图中有什么？", "主要有两类：一类是条纹，另一类是褶皱。"),
    ("图中有什么？", "条纹（左上部、中央）和褶皱（下部）。"),
    ("图中有什么？", "除了两条条纹，还有一处褶皱，没有发现灰渣和铺粉不完全。"),
    ("图中有灰渣吗？", "画面中央的暗线是条纹，不是灰渣。"),
    ("缺陷在哪里？", "条纹一处在左上部、一处在中央，褶皱在下部。"),
    ("图中有什么？", "共三处缺陷，其中两处是条纹。"),
]
WRONG_ZH: list[tuple[str, str, FindingKind]] = [
    ("图中有什么？", "图中有灰渣。", "absent_class"),
    ("图中有什么？", "有两处粉条纹。", "absent_class"),
    ("图中有什么？", "发现slag一处。", "absent_class"),
    ("图中有什么？", "没有条纹，有一处褶皱。", "denied_class"),
    ("图中有什么？", "未见灰渣和褶皱。", "denied_class"),
    ("图中有什么？", "条纹没有出现。", "denied_class"),
    ("图中有什么？", "是灰渣，而不是褶皱。", "denied_class"),
    ("图中有什么？", "有三处条纹。", "class_count"),
    ("图中有什么？", "条纹三处、褶皱一处。", "class_count"),
    ("图中有什么？", "共4处缺陷。", "total"),
    ("图中有什么？", "三种缺陷。", "kinds"),
    ("图中有什么？", "右上部一处褶皱。", "place"),
    ("图中有什么？", "中央两处条纹。", "place"),
    ("图中有什么？", "横贯上部有一处条纹。", "place"),
    ("图中有什么？", "有一处微小的褶皱。", "size"),
    ("图中有什么？", "画面正常。", "normal"),
    ("图中有什么？", "未见缺陷。", "normal"),
    ("图中有灰渣吗？", "有。", "yes_no"),
    ("图中有条纹吗？", "没有。", "yes_no"),
    ("图中有条纹吗？", "未见。", "yes_no"),
    ("这张图正常吗？", "是的。", "yes_no"),
    ("图中有缺陷吗？", "没有。", "yes_no"),
    ("图中有灰渣吗？", "没有铺粉不完全。", "other_class"),
    ("条纹有几处？", "三处。", "total"),
    ("图中有什么？", "条纹在（10，20，30，40）。", "raw_box"),
    ("图中有什么？", "有{{ found }}。", "leftover"),
    ("图中有什么？", "There are two streaks.", "language"),
    ("图中有什么？", "有条纹。There are two streaks and one wrinkle here.", "language"),
]


@pytest.mark.parametrize(("question", "answer"), RIGHT_EN)
def test_says_nothing_of_what_is_right_in_english(question, answer):
    assert _kinds(question, answer, FACTS, "en") == set()


@pytest.mark.parametrize(("question", "answer"), RIGHT_ZH)
def test_says_nothing_of_what_is_right_in_chinese(question, answer):
    assert _kinds(question, answer, FACTS, "zh") == set()


@pytest.mark.parametrize(("question", "answer", "kind"), WRONG_EN)
def test_finds_what_is_wrong_in_english(question, answer, kind):
    assert kind in _kinds(question, answer, FACTS, "en")


@pytest.mark.parametrize(("question", "answer", "kind"), WRONG_ZH)
def test_finds_what_is_wrong_in_chinese(question, answer, kind):
    assert kind in _kinds(question, answer, FACTS, "zh")


@pytest.mark.parametrize(
    ("question", "answer", "kinds"),
    [
        ("Is anything wrong?", "No, the bed is clean.", set()),
        ("Is the bed clean?", "Yes.", set()),
        ("Is anything wrong?", "Yes.", {"yes_no"}),
        ("What do you see?", "The bed is not clean.", {"normal"}),
        ("What do you see?", "Two defects.", {"total"}),
        ("What do you see?", "No streaks, slag or wrinkles.", set()),
        ("What do you see?", "A streak.", {"absent_class"}),
    ],
)
def test_a_normal_image(question, answer, kinds):
    assert _kinds(question, answer, NORMAL, "en") == kinds


@pytest.mark.parametrize(
    ("question", "answer", "kinds"),
    [
        ("What causes the streaks?", "They come from a nicked or worn blade.", set()),
        ("What causes the streaks?", "Probably dirt on the blade.", set()),
        ("What causes the streaks?", "The streaks lead to uneven layer thickness.", {"topic"}),
        ("What causes the streaks?", "You should replace the blade.", {"topic"}),
        ("What causes the streaks?", "Spatter that fell on the bed.", {"other_knowledge"}),
        ("What causes the slag?", "The gas flow is weak.", {"absent_class"}),
        ("What do streaks lead to?", "A nicked or worn blade.", {"topic"}),
        ("What should I do about the streaks?", "Replace the blade, within two layers.", set()),
        ("What should I do about the streaks?", "Expect uneven layer thickness.", {"topic"}),
        ("Why are there streaks?", "The streaks were left by a particle of slag.", set()),
        ("Why are there streaks?", "The wrinkle comes from damp powder.", {"other_class"}),
        ("Why are there streaks?", "Streaks come from the blade. Slag may stick to it.", set()),
        ("What do streaks lead to?", "They may lead to incomplete spreading.", set()),
        ("What should I do about the streaks?", "Clean it until no defects remain.", set()),
    ],
)
def test_the_answer_is_about_what_was_asked(question, answer, kinds):
    kind: Kind = "cause" if "cause" in question or "Why" in question else "remedy"
    assert _kinds(question, answer, FACTS, "en", kind) == kinds


@pytest.mark.parametrize(
    ("question", "answer", "kinds"),
    [
        ("条纹的成因是什么？", "多由刮刀刃口磨损引起。", set()),
        ("条纹的成因是什么？", "会导致层厚不均。", {"topic"}),
        ("条纹的成因是什么？", "建议更换刮刀。", {"topic"}),
        ("条纹的成因是什么？", "飞溅物落回粉面。", {"other_knowledge"}),
        ("条纹会带来什么后果？", "刮刀刃口磨损。", {"topic"}),
        ("条纹该怎么处理？", "更换刮刀。", set()),
        ("条纹该怎么处理？", "会造成层厚不均。", {"topic"}),
        ("灰渣的成因是什么？", "气流偏弱。", {"absent_class"}),
    ],
)
def test_the_answer_is_about_what_was_asked_in_chinese(question, answer, kinds):
    kind: Kind = "cause" if "成因" in question else "remedy"
    assert _kinds(question, answer, FACTS, "zh", kind) == kinds


def test_a_finding_says_what_was_said_and_what_the_labels_hold():
    exchange = Exchange("identification", "", None, "What is there?", "Three streaks, a wrinkle.")
    (finding,) = check_exchange(exchange, FACTS, "en")
    assert finding.what == "says 'Three streaks', the labels hold two"
    assert (finding.turn, finding.words, finding.said, finding.expected) == (
        1, "Three streaks", "three", "two",
    )  # fmt: skip


def test_a_list_of_classes_leaves_none_out():
    answer = "There are two streaks."
    assert _kinds("What is there?", answer, FACTS, "en", "identification") == {"incomplete"}


def test_a_list_of_places_holds_all_boxes():
    answer = "One streak in the centre and one wrinkle at the bottom."
    assert _kinds("Where are the defects?", answer, FACTS, "en", "where") == {"incomplete"}
