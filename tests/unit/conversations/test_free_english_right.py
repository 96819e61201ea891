"""What people write of an image in English that is right, however it is put: nothing is found."""

import pytest

from tests.helpers.free_talk import cases, findings

ANSWERS = {
    ("three", "presence", "Is anything wrong?"): (
        "Yes. Two streaks up top and a wrinkle further down. | "
        "Unfortunately yes: the blade left two streaks, and there is a wrinkle at the "
        "bottom. | I see three defects here, two of them streaks. | "
        "Yes, a couple of streaks and one wrinkle. | "
        "Yes, the layer isn't clean: both streaks are in the upper part of the bed. | "
        "Two streaks, one on each side of the bed near the top, plus a wrinkle at the "
        "bottom. | "
        "Three things: a streak in the top left, another in the top right, and a wrinkle "
        "at the bottom. | It has defects, but no slag and no over-melted spots. | "
        "Yes - streaks and a wrinkle. I'd stop and have a look at the blade. | "
        "Something is off. There's a pair of streaks as well as a wrinkle. | "
        "Yes, more than one defect. | Yes, at least two streaks. | "
        "Yes. In the upper left of the image there is a short streak, and a longer one "
        "can be seen in the upper right. In addition, a medium-sized wrinkle lies at the "
        "bottom. I recommend checking the recoater before continuing. | "
        "The powder bed shows two streaks, most likely caused by the recoater blade, as "
        "well as one wrinkle."
    ),
    ("three", "presence", "Is this layer clean?"): (
        "No, it isn't. Two streaks and one wrinkle can be seen. | "
        "Not quite: there is a wrinkle and there are two streaks. | "
        "Far from it. Two streaks and a wrinkle."
    ),
    ("three", "presence", "Is there any slag?"): (
        "No, I can't see any. | None that I can see. | "
        "No; the two dark lines are streaks. | "
        "No, what is there are streaks and a wrinkle. | There isn't. | "
        "No, only streaks and a wrinkle. | No, but there are streaks. | "
        "No slag, but two streaks."
    ),
    ("three", "presence", "Is there a wrinkle?"): (
        "There is one, at the bottom. | Yes, there's one near the bottom edge. | "
        "It does show a wrinkle, medium in size."
    ),
    ("three", "identification", "Which defects are there, and how many?"): (
        "Streaks: 2; wrinkles: 1. | 2 x streak, 1 x wrinkle"
    ),
    ("three", "identification", "Which defects are there?"): "Wrinkle and streak.",
    ("three", "identification", "How many streaks are there?"): (
        "Two. | Two: one in the top left, one in the top right."
    ),
    ("three", "identification", "How many defects are there?"): "Three in all, of two kinds.",
    ("three", "identification", "What is the largest defect?"): (
        "The wrinkle at the bottom is the largest. | The wrinkle. | "
        "It's the wrinkle at the bottom. | The wrinkle; the streaks are smaller."
    ),
    ("three", "identification", "What kinds of defects do you see?"): (
        "Two kinds, streaks and a wrinkle."
    ),
    ("three", "where", "Where is the wrinkle?"): (
        "At the bottom, roughly in the middle of the lower edge. | Bottom centre. | "
        "In the lower third of the photo. | Near the lower edge. | "
        "In the bottom third, in the middle. | Bottom, centre. | "
        "It sits in the lower half of the photo."
    ),
    ("three", "where", "Where are the streaks?"): (
        "One in the upper left corner, the other in the upper right corner. | "
        "Both are in the top third, one left and one right. | "
        "In the top left and the top right."
    ),
    ("three", "where", "Which part of the bed is affected?"): (
        "The top left, the top right and the bottom."
    ),
    ("three", "cause", "What causes the streaks?"): (
        "Most likely a coarse or molten particle dragged along by the recoater blade. | "
        "A worn blade, or dirt on its edge, draws such lines into the powder. | "
        "Streaks of this kind usually appear when the recoater blade is nicked or when a "
        "coarse particle gets stuck under it. Since there are two of them here, I would "
        "inspect the whole blade edge. | "
        "The two parallel lines suggest that the blade is damaged in two places."
    ),
    ("three", "cause", "Why are there streaks?"): (
        "The blade is probably nicked. It could also be dragging a particle. | "
        "They are typical of a damaged recoater: every pass leaves the same line."
    ),
    ("three", "remedy", "What do the streaks lead to?"): (
        "Uneven layer thickness along the line, and in the worst case pores in the part "
        "below."
    ),
    ("three", "remedy", "What should I do about the streaks?"): (
        "Stop after this layer, inspect the blade and replace it if it is nicked. Then "
        "spread the layer again."
    ),
    ("three", "remedy", "What should I do about the wrinkle?"): (
        "Check the powder feed first; if it comes back in the next layers, stop the build."
    ),
    ("three", "remedy", "How bad is the wrinkle?"): (
        "It may leave an uneven layer, but one layer alone rarely spoils the part."
    ),
    ("slag", "presence", "Is anything wrong?"): (
        "Yes, there's a small dark particle in the middle of the bed, most likely slag. | "
        "Just one small piece of slag in the centre; otherwise the bed is clean. | "
        "Yes. Apart from one bit of slag the layer is fine. | "
        "Yes: a single piece of slag, nothing else. | "
        "A piece of slag, otherwise nothing. | "
        "There is a single dark particle near the centre of the bed. It is small, but it "
        "should be removed before the next layer, since slag can leave an inclusion in "
        "the part."
    ),
    ("slag", "identification", "What is it?"): (
        "It is slag, a single piece. | Slag. It is not a streak."
    ),
    ("slag", "where", "Where is it?"): "Right in the middle.",
    ("slag", "cause", "Where does the slag come from?"): (
        "From spatter that fell on the bed, I would say; weak gas flow makes it worse."
    ),
    ("slag", "remedy", "What should be done?"): (
        "Vacuum the debris off the bed before you go on, and clean the chamber after the "
        "build."
    ),
    ("clean", "presence", "Is anything wrong?"): (
        "No, everything is as it should be. | "
        "Nothing to see here, the powder is smooth and even. | "
        "No. No streaks, no slag, no wrinkles. | No, not even a small streak. | "
        "The layer looks even across the whole bed. I see neither streaks nor wrinkles, "
        "no slag, and no sign of over-melting, so the build can go on."
    ),
    ("clean", "presence", "Is there a streak?"): "No, the powder is evenly spread.",
    ("clean", "where", "Where is the defect?"): (
        "There is none. | Nowhere; the layer is clean from left to right."
    ),
    ("band", "presence", "Is anything wrong?"): (
        "Yes, a large over-melted area stretches right across the middle of the image. | "
        "The part shows through: a big over-melted band across the middle."
    ),
    ("band", "where", "Where is it?"): "Across the middle, from the left edge to the right edge.",
    ("five", "identification", "What is there?"): (
        "Five defects: a streak, two pieces of slag, an over-melted area and an area of "
        "incomplete spreading."
    ),
    ("five", "where", "Where is the slag?"): (
        "One piece lies in the bottom left and one in the bottom right."
    ),
    ("five", "presence", "Anything wrong?"): (
        "Quite a lot: five defects of four kinds. No wrinkles, though."
    ),
    ("three", "presence", "Is the bed in order?"): (
        "Not really, there are two streaks. | Not at all: two streaks and a wrinkle. | "
        "I'm afraid not. | Hardly: two streaks and a wrinkle."
    ),
    ("three", "remedy", "What is to be done?"): "Clean the blade.",
    ("three", "remedy", "What is to be done about it?"): (
        "Stop, clean the blade and spread the layer again until it is clean."
    ),
    ("three", "identification", "Which is the smallest defect?"): "The streak in the top left.",
    ("three", "where", "Where is the larger streak?"): "In the top right.",
    ("three", "identification", "Is the wrinkle larger than the streaks?"): "Yes.",
    ("three", "where", "Is the wrinkle at the top?"): "No, it lies at the bottom.",
    ("three", "where", "Is the wrinkle at the bottom?"): "Yes.",
    ("three", "where", "Is there a streak in the centre?"): (
        "No, the streaks are in the top left and the top right."
    ),
    ("three", "presence", "Are there more than three defects?"): "No, there are three.",
    ("three", "identification", "How many defects are in the upper third of the image?"): "Two.",
    ("three", "identification", "How many streaks are in the top left?"): "One.",
    ("three", "identification", "What defects can you identify?"): (
        "I can identify two types of defects in this layer: streaks (2 instances) and a "
        "wrinkle (1 instance). | "
        "There are 3 defects in total: 2 streaks and 1 wrinkle. No slag, over-melting or "
        "incomplete spreading was found."
    ),
    ("three", "remedy", "How should the streaks be dealt with?"): (
        "First, pause the build. Second, clean the recoater blade and check it for "
        "nicks. Third, re-spread the layer and take another photo."
    ),
    ("three", "remedy", "What happens if the streaks are ignored?"): (
        "If they are ignored, the layer thickness becomes uneven along the line, which "
        "may leave pores below the groove and a visible mark on the surface."
    ),
    ("slag", "cause", "Why is there slag?"): (
        "Slag like this is often spatter that landed on the powder; poor gas flow makes "
        "it more likely."
    ),
    ("clean", "presence", "Does the bed show any streaks?"): (
        "It does not. The surface is smooth and uniformly grey."
    ),
    ("five", "identification", "List the defects."): (
        "1. One streak (top left)\n2. Two pieces of slag (bottom left and bottom right)\n"
        "3. One over-melted area (centre)\n4. One area of incomplete spreading (left)"
    ),
    ("three", "where", "Where are the defects?"): (
        "The streaks are in the top left and top right; the wrinkle is at the bottom. | "
        "Two of them lie in the upper part of the image, one on the left and one on the "
        "right. The third is at the bottom."
    ),
    ("clean", "identification", "Which defects are there?"): (
        "Streak: none. Slag: none. Wrinkle: none. | Streaks: 0, wrinkles: 0 | "
        "Streak: absent."
    ),
    ("three", "presence", "Are there any defects?"): (
        "Yes, three: two streaks plus one wrinkle. | Sure, two streaks and a wrinkle. | "
        "Yes, both streaks at the top and a wrinkle. | "
        "There are. Two streaks, one wrinkle. | Three, all of them medium or small. | "
        "Indeed. The upper corners each have a streak, and a wrinkle sits at the bottom. | "
        "Yes. Nothing in the centre, though."
    ),
    ("three", "presence", "Is the layer OK?"): (
        "No. | Not really. | Far from it: two streaks and a wrinkle. | "
        "I'm afraid not, there are three defects. | It isn't. | Nope, it has streaks."
    ),
    ("three", "presence", "Can you see a streak?"): (
        "I can: two of them. | Yes, more than one. | Yes, one in each upper corner. | "
        "Two, both at the top. | Sure, there are two."
    ),
    ("three", "presence", "Is there slag on the bed?"): (
        "No slag, just streaks and a wrinkle. | I don't think so. | Nah. | "
        "There isn't any. | Definitely not. | "
        "Not that I can see, only two streaks and a wrinkle. | Negative."
    ),
    ("three", "identification", "Which classes are on this image?"): (
        "Streak and wrinkle. | Two: streak, wrinkle. | Streak (2), wrinkle (1). | "
        "Streak: 2 instances\nWrinkle: 1 instance | Slag: none; streak: two; wrinkle: one."
    ),
    ("three", "identification", "How many wrinkles are there?"): (
        "One. | Just one. | A single one. | There is one, at the bottom."
    ),
    ("three", "identification", "How many defects lie in the upper half?"): (
        "Two. | Two streaks. | Two, both of them streaks."
    ),
    ("three", "where", "Where do the streaks lie?"): (
        "Both in the upper half. | In the two upper corners. | Top left and top right. | "
        "One upper left, one upper right. | All at the top. | "
        "Near the top edge, one left, one right."
    ),
    ("slag", "presence", "Is the bed clean?"): (
        "Almost: one small piece of slag. | No, there's a bit of slag in the middle. | "
        "Not entirely."
    ),
    ("clean", "presence", "Do you notice anything?"): (
        "No. | Nothing at all. | Nothing unusual, the powder is smooth. | Not a thing."
    ),
    ("band", "where", "Where is the over-melted area?"): (
        "It runs right across the middle. | Across the centre, from left to right."
    ),
    ("five", "identification", "How many pieces of slag do you see?"): (
        "Two. | A pair, both near the bottom."
    ),
    ("three", "cause", "Where do the streaks come from?"): (
        "From the blade, most likely: its edge may be nicked. | "
        "Probably a coarse particle stuck under the recoater."
    ),
    ("three", "remedy", "How do we get rid of the wrinkle?"): (
        "Check the powder feed and spread the layer again."
    ),
    ("three", "presence", "Any problems here?"): (
        "Three problems: two streaks up in the corners, and a wrinkle below. | "
        "Yes, a wrinkle near the lower edge and streaks in both upper corners. | "
        "Quite a few: two streaks and one wrinkle. | "
        "Yes. One wrinkle, plus a streak on either side at the top. | "
        "I see streaks and a wrinkle, but no slag. | Two streaks and a wrinkle, that's all."
    ),
    ("three", "presence", "Do you find wrinkles in this photo?"): (
        "One, yes. | Yes, one at the bottom. | I do: there is one in the lower third. | "
        "Just the one at the bottom."
    ),
    ("three", "presence", "Should we expect slag in this layer?"): (
        "No, there is none. | No, I see streaks and a wrinkle only. | Not in this photo."
    ),
    ("slag", "identification", "Name the defect."): (
        "Slag. | It's a small piece of slag right in the centre. | "
        "One piece of slag, nothing more."
    ),
    ("slag", "where", "Where on the bed is the slag?"): (
        "Dead centre. | In the central part of the bed. | In the middle of the image. | "
        "It's in the centre, well away from the edges."
    ),
    ("five", "where", "Where are the pieces of slag?"): (
        "Both near the bottom, one left and one right. | In the two bottom corners. | "
        "Bottom left and bottom right. | They both lie in the lower third."
    ),
    ("five", "identification", "How many kinds of defect are there?"): (
        "Four. | Four kinds, five defects in all."
    ),
    ("clean", "identification", "What defects are shown?"): (
        "None. | No defects at all. | There are none to name. | Nothing; the layer is fine."
    ),
    ("three", "cause", "What brings about streaks?"): (
        "Usually a nick in the blade. | A particle that the blade drags along."
    ),
    ("three", "remedy", "What now?"): (
        "Inspect the blade before the next layer. | Pause, clean the blade, and recoat."
    ),
}  # fmt: skip


@pytest.mark.parametrize(("image", "turn"), cases(ANSWERS))
def test_what_is_so_may_be_put_freely(image, turn):
    assert findings(image, [turn], "en") == []
