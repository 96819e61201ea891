"""Other words for a turn are taken when they say the same, and refused when they don't."""

import json
import random
import re
from dataclasses import replace

import pytest

from app.conversations.lexicon import LEXICONS
from app.conversations.rewording.judging import worded
from app.conversations.rewording.refusals import Refusal
from app.conversations.rewording.requests import first_request, second_request
from app.conversations.rewording.turns import PROSE_KINDS, Turn, is_prose
from app.conversations.writing.writer import Writer
from app.core.chat import ChatReply, Picture
from app.core.conversation import Exchange, boxes_token
from app.services.create import load_label_set
from app.services.questions import shipped
from tests.helpers.random_facts import random_facts, with_ids
from tests.helpers.reworded import well, with_fuss, words
from tests.helpers.talk import facts

CLASSES = with_ids(load_label_set("powder-bed").classes)
STREAK, SLAG, OVER_MELT, WRINKLE = (next(c for c in CLASSES if c.name == n) for n in (
    "streak", "slag", "over_melt", "wrinkle"))  # fmt: skip
BUSY = facts(
    [
        (SLAG, (120, 5, 125, 10)),
        (OVER_MELT, (210, 10, 270, 60)),
        (SLAG, (20, 230, 25, 236)),
        (STREAK, (140, 260, 144, 270)),
        (STREAK, (280, 5, 290, 295)),
    ],
    classes=CLASSES,
)
NORMAL = facts(classes=CLASSES)

LISTED = Exchange(
    "presence", "presence", None, "Say whether this layer contains a defect, and if so, which.",
    "Yes. What I can make out is one piece of slag at the top, one over-melted area in the top"
    " right, one piece of slag in the bottom left, one streak at the bottom and one streak all the"
    " way down the right side.",
)  # fmt: skip
COUNTED = Exchange(
    "identification", "identification", None, "Break the findings down by class, please.",
    "In total five defects. They are two streaks, two pieces of slag and one over-melted area.",
)  # fmt: skip
TWO_STREAKS = Exchange(
    "presence", "asked", STREAK.id, "Are there streaks?",
    "Yes, one streak at the bottom and one streak all the way down the right side.",
)  # fmt: skip
SOME = Exchange(
    "presence", "presence", None, "Is there any irregularity in the bed?",
    "Yes: two streaks, two pieces of slag and one over-melted area in the top right.",
)  # fmt: skip
NO_SLAG = Exchange(
    "presence", "asked", SLAG.id, "Can you find pieces of slag in this image?",
    "No pieces of slag are visible.",
)  # fmt: skip
CLEAN = Exchange(
    "presence", "presence", None, "Are there any abnormal areas in this photo of the build?",
    "No, this layer is clean.",
)  # fmt: skip
CAUSE = Exchange(
    "cause", "cause", STREAK.id, "What could cause streaks here?",
    "In laser powder bed fusion, streaks are caused by a coarse or molten particle dragged along by"
    " the recoater blade, a blade that touched a raised part, or dirt stuck to the blade edge.",
)  # fmt: skip
REMEDY = Exchange(
    "remedy", "remedy", SLAG.id, "Which measures help against pieces of slag?",
    "Against pieces of slag, clean the chamber and replace the filter, and sieve the powder before"
    " it is used again.",
)  # fmt: skip
SLAG_ZH = Exchange(
    "cause", "cause", SLAG.id, "灰渣通常是怎么来的？",
    "灰渣的成因要结合设备记录看。通常是成形仓内壁的烟尘冷凝物掉落、保护气循环风量不足或滤芯堵塞后烟尘排不出去。"
    "没有核实之前，不要急着下结论。",
)  # fmt: skip
NO_WRINKLE_ZH = Exchange(
    "presence", "asked", WRINKLE.id, "这张照片里能不能找到褶皱？", "图中没有褶皱。"
)  # fmt: skip


def turn_of(of, exchange, language="en"):
    return Turn(of, language, (exchange,), 0)


def judged(of, exchange, answer, question=None, *, language="en", how="rephrase"):
    reply = ChatReply(words(question or exchange.question, answer), "qwen")
    return worded(turn_of(of, exchange, language), how, reply, "qwen")


GOOD = [
    (BUSY, LISTED, "Is this layer free of defects, and if not, what is on it?",
     "Yes, there are defects. There is one piece of slag at the top and another one in the bottom"
     " left, one over-melted area in the top right, and two streaks: one at the bottom and one all"
     " the way down the right side."),
    (BUSY, COUNTED, "Please list what was found, class by class.",
     "There are 5 defects on this bed: two streaks, two pieces of slag and one over-melted area."),
    (BUSY, TWO_STREAKS, "Does this bed show any streaks?",
     "Yes, streaks are present: one at the bottom and one all the way down the right side."),
    (BUSY, SOME, "Is the powder bed free of irregularities?",
     "No, the bed shows two streaks, two pieces of slag and one over-melted area in the upper-right"
     " corner."),
    (NORMAL, NO_SLAG, "Is there any slag to be seen here?",
     "No, I can't see any slag on this layer."),
    (NORMAL, CLEAN, "Does anything on this layer look out of the ordinary?",
     "No. Nothing here is out of the ordinary; the layer is clean."),
    (BUSY, CAUSE, "Where might these streaks come from?",
     "Streaks like these come from a coarse or molten particle dragged along by the recoater blade,"
     " from a blade that touched a raised part, or from dirt stuck to the blade edge."),
    (BUSY, CAUSE, "Name what lies behind the streaks on this bed.",
     "The usual suspects for streaks are dirt stuck to the blade edge, a coarse or molten particle"
     " dragged along by the recoater blade, and a blade that touched a raised part."),
    (BUSY, REMEDY, "How do I get rid of pieces of slag?",
     "To keep pieces of slag off the bed, you should clean the chamber and replace the filter and"
     " also sieve the powder before it is used again."),
]  # fmt: skip
GOOD_ZH = [
    (BUSY, SLAG_ZH, "这些灰渣一般由什么引起？",
     "灰渣一般由成形仓内壁的烟尘冷凝物掉落、保护气循环风量不足或滤芯堵塞后烟尘排不出去引起，"
     "具体还要对照设备记录核实，不要急着下结论。"),
    (NORMAL, NO_WRINKLE_ZH, "照片中有褶皱吗?", "没有,这张照片里看不到褶皱."),
]  # fmt: skip


@pytest.mark.parametrize(("of", "exchange", "question", "answer"), GOOD)
def test_the_same_in_good_words_is_taken(of, exchange, question, answer):
    taken = judged(of, exchange, answer, question)
    wanted = replace(exchange, question=question, answer=answer, reworded_by="qwen")
    assert taken == wanted


@pytest.mark.parametrize(("of", "exchange", "question", "answer"), GOOD_ZH)
def test_the_same_in_good_chinese_is_taken(of, exchange, question, answer):
    assert isinstance(judged(of, exchange, answer, question, language="zh"), Exchange)


TAIL = (
    " a coarse or molten particle dragged along by the recoater blade, a blade that touched a"
    " raised part, or dirt stuck to the blade edge."
)
BAD = [
    ("unchanged", BUSY, COUNTED, COUNTED.answer),
    ("unchanged", BUSY, COUNTED, COUNTED.answer.upper()),
    ("empty", BUSY, COUNTED, " "),
    ("too_long", NORMAL, CLEAN, "No, this layer is clean. " * 20),
    ("markdown", BUSY, CAUSE, "**Streaks** are caused by" + TAIL),
    ("markdown", BUSY, COUNTED, "Five defects:\n- two streaks\n- two pieces of slag"),
    ("markdown", BUSY, COUNTED, "1. Two streaks, two pieces of slag and one over-melted area."),
    ("markdown", NORMAL, CLEAN, "No, this layer is clean ✅"),
    ("token", NORMAL, CLEAN, "<image> No, this layer is clean."),
    ("token", NORMAL, CLEAN, "No, this layer is clean.<|im_end|>"),
    ("token", BUSY, COUNTED, "Five defects: two streaks, two pieces of slag <boxes:u0 u2> and so."),
    ("task", BUSY, CAUSE, "Sure! Streaks are caused by" + TAIL),
    ("task", BUSY, CAUSE, "According to the provided facts, streaks are caused by" + TAIL),
    ("task", NORMAL, CLEAN, "No. As an AI, I see that this layer is clean."),
    ("script", BUSY, LISTED, "Oui, la couche présente un défaut en haut et deux autres en bas."),
    ("script", NORMAL, CLEAN, "Нет, слой чистый."),
    ("script", NORMAL, CLEAN, "Nein, diese Schicht zeigt nirgends einen Fehler, alles gut."),
    ("finding", BUSY, CAUSE, "条纹由刮刀引起。"),
    ("number", BUSY, CAUSE, "Streaks, at about 45 degrees, are caused by" + TAIL),
    ("number", BUSY, LISTED, LISTED.answer.replace("at the top", "at the top (120, 5)")),
    ("hedge", BUSY, LISTED, LISTED.answer.replace("What I can make out is", "There may be")),
    ("hedge", NORMAL, CLEAN, "No, this layer appears to be clean."),
    ("finding", BUSY, LISTED, "No, the layer is clean."),
    ("finding", BUSY, LISTED, LISTED.answer.replace("in the top right", "in the top left")),
    ("finding", BUSY, COUNTED, COUNTED.answer.replace("two streaks", "three streaks")),
    ("finding", BUSY, CAUSE, "You should wipe particles off the blade."),
    ("lost", BUSY, LISTED, "Yes, several defects are there."),
    ("lost", BUSY, COUNTED, "There are streaks, pieces of slag and one over-melted area."),
    ("lost", BUSY, LISTED, "Yes: two streaks, two pieces of slag and one over-melted area."),
    ("lost", BUSY, CAUSE, "Scratches are caused by" + TAIL),
    ("lost", BUSY, CAUSE, "Streaks are caused by a coarse particle or dirt on the blade."),
    ("added", BUSY, CAUSE, "Streaks come from moisture," + TAIL),
    ("added", BUSY, CAUSE, "Streaks come from" + TAIL.replace("or dirt", "a motor, or dirt")),
    ("added", BUSY, CAUSE, "Streaks come from" + TAIL[:-1] + ", or moisture in the powder."),
    ("added", BUSY, CAUSE, "Streaks come from" + TAIL + " Moisture can cause them too."),
    ("added", BUSY, REMEDY, REMEDY.answer[:-1] + ", and raise or even out the gas flow."),
]  # fmt: skip
BAD_ZH = [
    ("script", NORMAL, NO_WRINKLE_ZH, "這張照片裡沒有褶皺。"),
    ("finding", NORMAL, NO_WRINKLE_ZH, "No wrinkles can be seen on this powder bed."),
    ("task", NORMAL, NO_WRINKLE_ZH, "根据标注，图中没有褶皱。"),
    ("task", NORMAL, NO_WRINKLE_ZH, "好的，图中没有褶皱。"),
    ("hedge", NORMAL, NO_WRINKLE_ZH, "图中可能没有褶皱。"),
    ("lost", NORMAL, NO_WRINKLE_ZH, "没有。"),
    ("finding", NORMAL, NO_WRINKLE_ZH, "有褶皱。"),
    ("token", NORMAL, NO_WRINKLE_ZH, "图中没有褶皱（<image>）。"),
    ("lost", BUSY, SLAG_ZH, SLAG_ZH.answer.replace("灰渣", "熔渣")),
    ("lost", BUSY, SLAG_ZH, SLAG_ZH.answer.replace("保护气循环风量不足", "风量太小")),
    ("added", BUSY, SLAG_ZH, SLAG_ZH.answer.replace("通常是", "通常是水分、")),
    ("added", BUSY, SLAG_ZH, SLAG_ZH.answer.replace("或滤芯", "、水分过高或滤芯")),
    ("added", BUSY, SLAG_ZH, SLAG_ZH.answer + "粉末受潮也会造成灰渣。"),
]


@pytest.mark.parametrize(("kind", "of", "exchange", "answer"), BAD)
def test_what_says_something_else_is_refused(kind, of, exchange, answer):
    refusal = judged(of, exchange, answer)
    assert isinstance(refusal, Refusal)
    assert refusal.kind == kind
    assert refusal.what


@pytest.mark.parametrize(("kind", "of", "exchange", "answer"), BAD_ZH)
def test_what_says_something_else_in_chinese_is_refused(kind, of, exchange, answer):
    refusal = judged(of, exchange, answer, language="zh")
    assert isinstance(refusal, Refusal)
    assert refusal.kind == kind


@pytest.mark.parametrize(
    ("of", "exchange", "question"),
    [
        (NORMAL, NO_SLAG, "I want to know about slag"),
        (NORMAL, NO_SLAG, "Can you find streaks in this image?"),
        (NORMAL, NO_SLAG, "What kinds of slag are in this image?"),
        (BUSY, CAUSE, "What could cause the two streaks here?"),
        (BUSY, CAUSE, "What could cause the streaks on the left of the image?"),
    ],
)
def test_a_question_that_asks_something_else_or_gives_it_away_is_refused(of, exchange, question):
    refusal = judged(of, exchange, f"{exchange.answer} So it is.", question)
    assert isinstance(refusal, Refusal)
    assert refusal.kind in ("question", "finding")


def test_a_draft_may_tell_other_details_that_are_right_but_no_wrong_ones():
    asked = Exchange("presence", "asked", STREAK.id, "Are there streaks?", "Yes, two streaks.")
    right = "Yes: one streak at the bottom and one all the way down the right side."
    assert judged(BUSY, asked, right, how="draft").answer == right
    assert judged(BUSY, asked, right, "Why?", how="draft").question == asked.question
    assert judged(BUSY, asked, "Yes, there are streaks.", how="draft").reworded_by == "qwen"
    wrong = judged(BUSY, asked, right.replace("bottom", "top"), how="draft")
    assert isinstance(wrong, Refusal)
    assert wrong.finding.kind == "place"


def test_what_was_wrong_before_is_not_held_against_the_words():
    wrong = replace(COUNTED, answer=COUNTED.answer.replace("two streaks", "three streaks"))
    assert isinstance(judged(BUSY, wrong, f"On this bed: {wrong.answer}"), Exchange)


def test_an_answer_that_another_turn_gives_already_is_refused():
    other = replace(CAUSE, section="cause", question="Why are there streaks?")
    turn = Turn(BUSY, "en", (other, CAUSE), 1)
    answer = other.answer
    fresh = replace(CAUSE, answer="Streaks are caused by" + TAIL)
    turn = replace(turn, exchanges=(other, fresh))
    refusal = worded(turn, "rephrase", ChatReply(words(fresh.question, answer), "m"), "m")
    assert isinstance(refusal, Refusal)
    assert refusal.finding.kind == "repeated"


def test_boxes_places_and_what_people_wrote_are_never_asked_about():
    writer = Writer(shipped()["powder-bed", "en"])
    exchanges = writer.exchanges(BUSY)
    prose = [e for e in exchanges if is_prose(e)]
    assert {e.kind for e in prose} == set(PROSE_KINDS)
    assert all(e.kind == "where" for e in exchanges if e not in prose)
    assert not is_prose(replace(CAUSE, author="ann"))
    assert not is_prose(replace(CAUSE, section=""))
    assert not is_prose(replace(CAUSE, answer=f"See {boxes_token(['u1'])}."))


def test_what_is_asked_tells_the_facts_and_what_must_stay():
    system, asked = first_request(turn_of(BUSY, CAUSE), "rephrase")
    assert '{"question": "...", "answer": "..."}' in system.text
    assert "one piece of slag at the top" in asked.text
    assert '"a blade that touched a raised part"' in asked.text
    assert "Not on it:" in asked.text and "wrinkle" in asked.text
    assert CAUSE.question in asked.text and CAUSE.answer in asked.text
    photo = Picture(b"x", "image/png")
    _, drafted = first_request(turn_of(BUSY, LISTED), "draft", [photo])
    assert drafted.pictures == (photo,)
    assert "one streak at the bottom (tiny)" in drafted.text


def test_what_was_wrong_is_told_when_it_is_asked_once_more():
    turn = turn_of(NORMAL, NO_WRINKLE_ZH, "zh")
    first = first_request(turn, "rephrase")
    reply = ChatReply("有褶皱。", "m")
    second = second_request(first, reply, Refusal("lost", "the answer is gone"), turn)
    assert [m.role for m in second] == ["system", "user", "assistant", "user"]
    assert second[2].text == reply.text
    assert "the answer is gone" in second[3].text


def sampled(language, count):
    """Turns of random images, each with the other turns of its conversation."""
    dice = random.Random(7)
    writer = Writer(shipped()["powder-bed", language])
    for _ in range(count):
        of = random_facts(dice, CLASSES)
        exchanges = tuple(writer.exchanges(of))
        for place, exchange in enumerate(exchanges):
            if is_prose(exchange):
                yield Turn(of, language, exchanges, place)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_shipped_phrasing_is_refused_for_what_stood_there_before(language):
    for turn in sampled(language, 25):
        messages = [{"content": m.text} for m in first_request(turn, "rephrase")]
        for said in (well, with_fuss):
            came = worded(turn, "rephrase", ChatReply(said({"messages": messages}), "m"), "m")
            assert isinstance(came, Exchange), (turn.exchange, came)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_spoilt_count_class_or_place_is_never_taken(language):
    """Each in turn put in the place of another one that stands in the answer."""
    lexicon = LEXICONS[language]
    dice, spoilt = random.Random(3), 0
    ends = {"en": " That is all.", "zh": "就是这样。"}[language]
    for turn in sampled(language, 25):
        of, answer = turn.facts, turn.exchange.answer
        there = {c.id for c in of.present}
        for c in of.present:
            n = len(of.of_class(c.id))
            others = [x for x in of.classes if x.id not in there]
            right = lexicon.counted(c, n)
            for wrong in (lexicon.counted(c, n + 3), lexicon.counted(dice.choice(others), n)):
                new = re.sub(rf"(?<![\w-]){re.escape(right)}(?![\w-])", wrong, answer)
                if language == "zh":
                    new = answer.replace(right, wrong)
                if new != answer:
                    reply = json.dumps({"question": turn.exchange.question, "answer": new + ends})
                    came = worded(turn, "rephrase", ChatReply(reply, "m"), "m")
                    assert isinstance(came, Refusal), new
                    spoilt += 1
    assert spoilt > 40


OVER_MELTED = facts([(OVER_MELT, (120, 250, 180, 290))], classes=CLASSES)
ONE = Exchange(
    "presence", "asked", OVER_MELT.id, "Is there any over-melt in this picture?",
    "Yes, there is an over-melted area at the bottom.",
)  # fmt: skip
NO_STREAKS = Exchange(
    "presence", "asked", STREAK.id, "Does the powder bed show any streaks?",
    "No, I can rule out streaks on this layer.",
)  # fmt: skip
ADD_SUPPORTS = Exchange(
    "remedy", "remedy", OVER_MELT.id, "How do I keep over-melted areas from coming back?",
    "To keep over-melted areas from coming back, reduce the power at ends and overhangs, and add"
    " supports.",
)  # fmt: skip
THREATENED = Exchange(
    "remedy", "consequence", OVER_MELT.id, "Which consequences do over-melted areas have?",
    "One over-melted area brings the risk of a recoater that hits the part and damage to the"
    " blade.",
)  # fmt: skip
ONE_ZH = Exchange(
    "presence", "asked", OVER_MELT.id, "图中有过熔吗？", "有缺陷，画面下部一处过熔。"
)  # fmt: skip
NO_STREAKS_ZH = Exchange("presence", "asked", STREAK.id, "图中有条纹吗？", "没有发现条纹。")
ADD_SUPPORTS_ZH = Exchange(
    "remedy", "remedy", OVER_MELT.id, "怎样减少过熔？",
    "可以这样处理过熔：降低轮廓末端和悬垂区域的激光功率；提高该区域的扫描速度。",
)  # fmt: skip
THREATENED_ZH = Exchange(
    "remedy", "consequence", OVER_MELT.id, "放任过熔不管，会导致什么？",
    "不要轻视过熔。它可能导致刮刀与零件刮碰和刮刀磨损加快。",
)  # fmt: skip


@pytest.mark.parametrize(
    ("exchange", "answer"),
    [
        (ONE, ONE.answer + " It is caused by excess laser power."),
        (ONE, ONE.answer + " The recoater should be checked."),
        (ONE, "Yes, there are over-melted areas at the bottom."),
        (ONE, "Yes, there is an over-melted area at the bottom, but only as a false alarm."),
        (NO_STREAKS, "No, I can't rule out streaks on this layer."),
        (NO_STREAKS, "No, there are no obvious streaks."),
        (NO_STREAKS, "No, this layer is clean and shows no streaks."),
        (NO_STREAKS, "No, I can rule out streaks, apart from a thin scratch."),
        (THREATENED, THREATENED.answer.replace("the risk", "no risk")),
        (ADD_SUPPORTS, ADD_SUPPORTS.answer.replace("reduce", "do not reduce")),
        (ADD_SUPPORTS, ADD_SUPPORTS.answer + " Also preheat the build plate."),
        (ADD_SUPPORTS, ADD_SUPPORTS.answer[:-1] + " since the scan strategy was wrong."),
        (ONE_ZH, "有缺陷，画面下部一处过熔，是激光功率过高引起的。"),
        (ONE_ZH, "有缺陷，画面下部一处过熔，建议检查刮刀。"),
        (ONE_ZH, "有缺陷，画面下部多处过熔。"),
        (NO_STREAKS_ZH, "不能排除条纹。"),
        (NO_STREAKS_ZH, "没有明显的条纹。"),
        (NO_STREAKS_ZH, "没有发现条纹，整层都正常。"),
        (NO_STREAKS_ZH, "除了一道划痕，没有发现条纹。"),
        (THREATENED_ZH, THREATENED_ZH.answer.replace("可能", "不会")),
        (ADD_SUPPORTS_ZH, ADD_SUPPORTS_ZH.answer.replace("：", "：不要")),
        (ADD_SUPPORTS_ZH, ADD_SUPPORTS_ZH.answer[:-1] + "；预热基板。"),
        (ADD_SUPPORTS_ZH, ADD_SUPPORTS_ZH.answer + "另外把基板预热。"),
    ],
)
def test_what_was_not_told_is_not_added_and_nothing_is_turned_around(exchange, answer):
    language = "zh" if re.search("[一-鿿]", answer) else "en"
    assert isinstance(judged(OVER_MELTED, exchange, answer, language=language), Refusal)


@pytest.mark.parametrize(
    ("exchange", "answer"),
    [
        (ONE, "Yes, nothing other than one over-melted area at the bottom."),
        (NO_STREAKS, "No, I don't see any streaks here."),
        (THREATENED, "An over-melted area risks a recoater that hits the part and damage to the"
         " blade."),
        (ADD_SUPPORTS, "To prevent over-melted areas from recurring, reduce the power at ends and"
         " overhangs, and add supports."),
        (ADD_SUPPORTS, "Reduce the power at ends and overhangs, and add supports; that keeps"
         " over-melted areas from coming back."),
        (ADD_SUPPORTS_ZH, "要减少过熔，先降低轮廓末端和悬垂区域的激光功率，"
         "再提高该区域的扫描速度。"),
        (THREATENED_ZH, "过熔不能轻视，它可能引起刮刀与零件刮碰和刮刀磨损加快。"),
    ],
)  # fmt: skip
def test_what_says_the_same_by_other_means_is_taken(exchange, answer):
    language = "zh" if re.search("[一-鿿]", answer) else "en"
    assert isinstance(judged(OVER_MELTED, exchange, answer, language=language), Exchange)
