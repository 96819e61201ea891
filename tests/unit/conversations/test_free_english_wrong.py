"""What people write of an image that is not so, in English: each must be found.

Left out is what no label set has the words for (another cause, told in words of one's own; "debris
lies on the bed" for slag; "smooth and grey"), and what may be meant as right: "a streak" where
there are two.
"""

import pytest

from tests.helpers.free_talk import cases, findings

ANSWERS = {
    ("three", "presence", "Is anything wrong?"): (
        "Yes, I can make out two streaks and a piece of slag. | No, looks good to me. | "
        "Nope, all fine. | The layer is fine. | Nothing stands out on this layer. | "
        "There is only one streak. | Yes, a couple of wrinkles are visible. | "
        "Yes, several wrinkles are visible. | A pair of wrinkles crosses the bed. | "
        "Yes: a dozen streaks. | Yes, both wrinkles lie at the bottom. | "
        "The bed is mostly over-melted. | "
        "Yes. The recoater did not spread enough powder; this is incomplete spreading. | "
        "I don't think so. | Not that I can see. | Nope. | "
        "Yes. In the upper left of the image there is a short streak, and a longer one "
        "can be seen in the lower right. In addition, a medium-sized wrinkle lies at the "
        "bottom. | "
        "The powder bed shows two streaks, one of which crosses an over-melted region. | "
        "The powder bed is in perfect condition and there is no reason to stop. | "
        "Everything looks good. The build can continue. | "
        "Yes, two streaks and {count} wrinkle. | Yes, two streaks and {{ n }} wrinkle. | "
        "Yes, two streaks and a wrinkle at the <place>. | "
        "Yes, two streaks and a wrinkle [class]. | Yes, two streaks and a wrinkle, None. | "
        "Yes, undefined streaks. | Yes, two streaks and a wrinkle. TODO | "
        "Yes, two streaks and a wrinkle %s. | Yes, two streaks and a wrinkle.<|im_end|> | "
        "As an AI language model, I see two streaks and a wrinkle. | "
        "Yes, two streaks and a wrinkle. Assistant: anything else? | "
        "Yes, two streaks at (120, 340) and a wrinkle. | "
        "Yes, two streaks at x=120, y=340 and a wrinkle. | "
        "Yes, two streaks at 120,340,200,400. | "
        "Yes, two streaks at pixel 120 and a wrinkle. | "
        "Yes, two streaks 40 px wide and a wrinkle. | "
        "Yes, two streaks, about 12% of the width, and a wrinkle. | "
        "是的，有两处条纹和一处褶皱。 | Ja, zwei Streifen und eine Falte. | ... | "
        "Yes, two streaks and a wrinkle. User: ok | "
        "Yes, two streaks and a wrinkle, two streaks and a wrinkle. | Да."
    ),
    ("three", "identification", "Which defects are there, and how many?"): (
        "Streaks (3), wrinkle (1). | Streak x3, wrinkle x1. | 3x streak, 1x wrinkle"
    ),
    ("three", "identification", "Which defects are there?"): (
        "Streaks. | Just the wrinkle. | None. | Streak: absent. Wrinkle: one. | "
        "Streaks: none; wrinkles: one. | Streaks: 0, wrinkles: 1"
    ),
    ("three", "identification", "How many kinds of defect are there?"): "Three kinds.",
    ("three", "identification", "How many defects are there?"): "Four. | There are 4 of them.",
    ("three", "identification", "How many streaks are there?"): (
        "Three. | Only one. | None. | Zero. | 0 | There are no such marks."
    ),
    ("three", "identification", "How many streaks do you count?"): "I count a single one.",
    ("three", "where", "Where is the wrinkle?"): (
        "It is at the top. | It lies near the upper edge. | "
        "The wrinkle lies in the upper third of the image. | In the lower left corner. | "
        "Left of the streaks, halfway up. | I can't find it on this image. | "
        "Near the right edge. | Upper part of the image. | Close to the top. | "
        "In the left half, at the top."
    ),
    ("three", "where", "Where are the streaks?"): (
        "Both streaks are in the top left. | "
        "One is in the top left, the other in the bottom right. | "
        "Both are in the top right corner. | In the lower half. | "
        "They run down the middle of the bed. | Nowhere. | There are none."
    ),
    ("three", "presence", "Is there a wrinkle?"): (
        "Yes, a tiny one at the bottom. | Yes, a huge wrinkle at the bottom. | "
        "I do not see one. | I can't say that I do."
    ),
    ("three", "presence", "Is there any slag?"): (
        "There is, in the centre. | Yes. | I believe so. | Definitely. | Sure, one piece."
    ),
    ("slag", "presence", "Describe the slag."): "A large lump of slag sits in the centre.",
    ("slag", "presence", "Is this layer clean?"): "Yes, it's clean. | It is.",
    ("clean", "presence", "Is anything wrong with the layer?"): (
        "Yes, there is something in the centre. | Yes. | "
        "A thin line runs across the bed: a streak."
    ),
    ("clean", "where", "Where is the defect?"): "In the centre.",
    ("clean", "cause", "What caused the streak?"): "A nicked or worn blade.",
    ("three", "cause", "What causes the streaks?"): (
        "Weak or uneven gas flow. | They lead to pores in the part below the groove."
    ),
    ("three", "cause", "Why are there streaks?"): (
        "Sieve the powder and inspect the blade edge. | "
        "Because of spatter that fell on the bed."
    ),
    ("three", "remedy", "What do the streaks lead to?"): (
        "A nicked or worn blade. | Wipe particles off the blade."
    ),
    ("three", "remedy", "What should I do about the wrinkle?"): "Vacuum the debris off the bed.",
    ("band", "where", "Where is the over-melted area?"): (
        "It is confined to the left side. | In the top third. | In the bottom left. | "
        "At the bottom edge."
    ),
    ("band", "presence", "Is anything wrong?"): (
        "Yes, a small over-melted area right across the middle. | "
        "Yes, an over-melted area in the centre."
    ),
    ("five", "identification", "What is there?"): (
        "One streak, two pieces of slag and an over-melted area. | "
        "One streak, one piece of slag, one over-melted area and one area of incomplete "
        "spreading."
    ),
    ("five", "where", "Where is the slag?"): (
        "One piece in the bottom right and one in the top left."
    ),
    ("five", "presence", "Anything wrong?"): "Yes, five defects of three kinds.",
    ("three", "identification", "What do you see?"): "Nothing.",
    ("three", "presence", "Is the bed in order?"): (
        "It is in order. | Yes, as far as I can see. | Absolutely."
    ),
    ("three", "presence", "Do you see a streak?"): (
        "Not on this one. | I don't. | Yes, exactly one. | Yes, one. | Yes, on the left."
    ),
    ("clean", "presence", "Is anything wrong?"): (
        "Something is wrong here. | I think so. | "
        "Most likely a small defect in the centre. | "
        "The layer looks even, apart from a streak in the centre. | "
        "Some wrinkles can be seen at the bottom."
    ),
    ("clean", "remedy", "What should be done?"): (
        "Replace the blade and repeat the layer. | "
        "Stop the build and inspect the blade edge and replace it if it is nicked."
    ),
    ("three", "cause", "What caused the wrinkle?"): "a nicked or worn blade",
    ("three", "remedy", "How can the streaks be avoided?"): (
        "They come from a worn blade. | They cause pores in the part."
    ),
    ("three", "identification", "What defects can you identify?"): (
        "I can identify three types of defects in this layer: streaks (2 instances), a "
        "wrinkle (1 instance) and slag (1 instance). | "
        "I can identify two types of defects in this layer: streaks (3 instances) and a "
        "wrinkle (1 instance). | There are 5 defects in total: 2 streaks and 1 wrinkle."
    ),
    ("slag", "presence", "Is anything wrong?"): (
        "There is a cluster of dark particles near the centre of the bed: three pieces "
        "of slag. | A piece of slag lies near the right edge of the bed. | "
        "A piece of slag sits in the top right-hand corner. | "
        "A streak runs through the piece of slag."
    ),
    ("five", "identification", "List the defects."): (
        "1. Two streaks (top left)\n2. Two pieces of slag (bottom left and bottom right)\n"
        "3. One over-melted area (centre)\n4. One area of incomplete spreading (left) | "
        "1. One streak (top left)\n2. Two pieces of slag (bottom left and bottom right)\n"
        "3. One over-melted area (top)\n4. One area of incomplete spreading (left)"
    ),
    ("three", "where", "Where are the defects?"): (
        "The streaks are in the bottom left and bottom right; the wrinkle is at the top. | "
        "All of them lie in the upper half. | All three lie at the top."
    ),
    ("three", "remedy", "How should the streaks be dealt with?"): (
        "Streaks come from a nicked or worn blade."
    ),
    ("three", "identification", "What is there?"): "One streak and one wrinkle each.",
    ("three", "presence", "Is there a streak?"): (
        "Streak: absent. | Streak: none. | Streaks: 0 | Streak: not present."
    ),
    ("three", "presence", "Are there any defects?"): (
        "No, not a thing. | Just one wrinkle, that's all. | Yes, four of them. | "
        "I count two defects. | No defects whatsoever. | Three streaks, no wrinkle. | "
        "It's a clean recoat. | Both streaks and slag can be seen."
    ),
    ("three", "presence", "Is the layer OK?"): (
        "Yes. | Sure. | It is, go ahead. | Looks that way. | "
        "No, a piece of slag lies in the middle."
    ),
    ("three", "presence", "Can you see a streak?"): "I cannot. | No streak here. | Nope, clean.",
    ("three", "presence", "Is there slag on the bed?"): (
        "Yes, on the left. | I think so. | There is. | Probably, in the middle."
    ),
    ("three", "identification", "Which classes are on this image?"): (
        "Streak, slag. | Only wrinkles. | Wrinkle: none. Streak: two. | "
        "Three different classes. | Streaks (x2), wrinkles (x2)."
    ),
    ("three", "identification", "How many wrinkles are there?"): (
        "Two. | None. | A couple of wrinkles. | Zero wrinkles."
    ),
    ("three", "identification", "What is the largest defect?"): "The streak in the top right.",
    ("three", "identification", "How many defects lie in the upper half?"): (
        "Three. | One. | None."
    ),
    ("three", "where", "Where do the streaks lie?"): (
        "Both on the left. | All in the lower half of the photo. | "
        "One at the top left, one at the bottom left. | In the bottom right corner. | "
        "Nowhere to be seen. | Right in the centre."
    ),
    ("slag", "presence", "Is the bed clean?"): (
        "Yes, spotless. | Definitely. | No, there are two pieces of slag."
    ),
    ("slag", "identification", "What is it and how big?"): (
        "A huge piece of slag. | A streak, small."
    ),
    ("clean", "presence", "Do you notice anything?"): (
        "Yes, a streak at the top. | One small wrinkle in the lower left."
    ),
    ("five", "identification", "How many pieces of slag do you see?"): "Three. | One.",
    ("three", "cause", "Where do the streaks come from?"): (
        "Replace the blade. | It just happens. | They lead to voids in the part."
    ),
    ("three", "remedy", "How do we get rid of the wrinkle?"): (
        "It is caused by the powder feed. | Because the powder is wet."
    ),
    ("three", "presence", "Any problems here?"): (
        "Nothing out of the ordinary. | All looks fine to me. | "
        "Only one streak on the right. | There are three wrinkles. | Slag, I would say."
    ),
    ("three", "presence", "Do you find wrinkles in this photo?"): (
        "None whatsoever. | Two of them. | I find no wrinkle. | "
        "No, the powder lies flat and clean."
    ),
    ("three", "presence", "Should we expect slag in this layer?"): (
        "Yes, one piece is in the middle. | It is there, in the centre."
    ),
    ("slag", "identification", "Name the defect."): (
        "An over-melted area. | Two pieces of slag. | A wrinkle in the centre."
    ),
    ("slag", "where", "Where on the bed is the slag?"): (
        "Along the left edge. | In the upper left corner. | At the very bottom. | "
        "On the right-hand side."
    ),
    ("five", "where", "Where are the pieces of slag?"): (
        "Both at the top. | One in the bottom left, one in the centre. | "
        "On the left side, both of them."
    ),
    ("five", "identification", "How many kinds of defect are there?"): "Three. | Five kinds.",
    ("band", "presence", "Is the part covered with powder?"): "There is a tiny over-melted area.",
    ("clean", "identification", "What defects are shown?"): (
        "One streak. | Slag and wrinkles. | A wrinkle, top right."
    ),
    ("three", "cause", "What brings about streaks?"): (
        "Clean the recoater blade. | They lead to porosity."
    ),
}  # fmt: skip


@pytest.mark.parametrize(("image", "turn"), cases(ANSWERS))
def test_what_is_not_so_is_found(image, turn):
    assert findings(image, [turn], "en")
