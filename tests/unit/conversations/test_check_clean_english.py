"""What people write of clean and faulty photos in English: wrong and right sentences."""

import pytest

from tests.helpers.clean_talk import Answers, kinds_of, sentences

WRONG: Answers = {
    ("three", "What do you see?"): [
        "This layer is clean.",
        "No defects here, the bed looks fine.",
        "All good on this layer.",
        "Nothing to see here.",
        "Nothing stands out.",
        "I can't find anything wrong with this layer.",
        "There's nothing wrong with it.",
        "A flawless layer.",
        "Good layer, carry on.",
        "The surface is free of defects.",
        "Zero defects.",
        "No anomalies whatsoever.",
        "Everything is as it should be.",
        "Perfect layer.",
        "Looks OK.",
        "This one is OK.",
        "It's a good bed with no visible issues.",
        "No complaints about this layer.",
        "There is a streak in the top left; the rest of the layer is clean.",
        "Apart from the wrinkle the bed is fine.",
        "Two streaks, otherwise the bed is normal.",
        "A wrinkle at the bottom, and nothing else.",
        "Other than the streaks, nothing is wrong here.",
        "The centre is clean.",
        "The lower part of the bed is clean, the streaks lie further up.",
        "The upper left is fine.",
        "The left half of the bed is clean.",
        "Nothing in the middle.",
        "The bottom of the image shows no defects.",
        "No slag, no incomplete spreading, no other defects.",
        "I looked twice and found nothing.",
        "The powder is smooth and even all over, no problems.",
        "Not a single defect.",
        "The layer is defect-free apart from a little shading.",
        "There are no flaws except for the wrinkle at the bottom.",
        "Top and bottom are clean.",
        "One streak in the top left. Elsewhere the powder is fine.",
        "I don't see any problem with this layer.",
        "Nothing unusual.",
        "Defects: none.",
    ],
    ("three", "Is anything wrong?"): [
        "Not really, the bed looks fine to me.",
    ],
    ("three", "Is there any slag?"): [
        "No, the layer is clean.",
        "No slag, and nothing else either.",
        "No, the bed is completely fine.",
    ],
    ("three", "What causes the streaks?"): [
        "A nicked or worn blade. The layer itself is clean.",
    ],
    ("three", "What should I do about the streaks?"): [
        "Nothing, this layer is in order.",
        "Replace the blade. The rest of this layer is fine.",
        "Nothing has to be done: there are no defects on this layer.",
        "Ignore them, the rest of the bed is clean.",
    ],
    ("three", "Is this layer OK?"): [
        "Yes, this layer is fine.",
    ],
    ("top", "What do you see?"): [
        "The upper right is clean.",
    ],
    ("right", "What do you see?"): [
        "The right-hand side is clean.",
        "Everything is fine on the right.",
    ],
    ("none", "What do you see?"): [
        "The layer is not clean.",
        "I wouldn't call this layer clean.",
    ],
    ("three", "Describe the layer."): [
        "Clean recoat, nothing to report.",
        "The powder surface is immaculate.",
        "As far as I can tell the layer is good.",
        "Normal layer.",
        "I would release this layer: it shows no faults.",
        "The spread is even and no defect is visible.",
        "There are no issues with this bed.",
        "Nothing abnormal anywhere on the bed.",
        "The picture shows an undamaged, clean layer.",
        "The image is free from anomalies.",
        "A wrinkle runs along the bottom; apart from that the surface is flawless.",
        "Besides the two streaks there are no other defects.",
        "There's a streak in the centre and the remaining area is defect-free.",
        "Only streaks, no other anomalies.",
        "With the exception of the streaks the bed is in good shape.",
        "The wrinkle aside, all is well.",
        "The middle of the bed is in order.",
        "In the top left corner there is nothing wrong.",
        "There are no defects at the bottom.",
        "The bottom edge looks clean.",
        "The bed has no irregularities.",
        "Everything's fine.",
        "I have no concerns about this layer.",
    ],
    ("three", "Is this layer alright?"): [
        "Yes, everything looks normal.",
        "It is, no defects.",
    ],
    ("three", "Do you see slag?"): [
        "No. This is a clean layer.",
        "None, the surface is flawless.",
    ],
    ("three", "Why are there streaks?"): [
        "Dirt stuck to the blade edge, but otherwise the layer is clean.",
        "The streaks come from a worn blade; apart from them the bed is flawless.",
    ],
    ("right", "Describe the layer."): [
        "The centre right is free of defects.",
    ],
    ("top", "Describe the layer."): [
        "The whole upper part is fine.",
    ],
    ("none", "Describe the layer."): [
        "This layer isn't in order.",
        "There is something wrong with this bed.",
    ],
    ("three", "Anything unusual on the powder?"): [
        "No, it is a perfectly normal bed.",
        "Nope, all clear.",
    ],
    ("three", "Describe what you see."): [
        "The recoater has done its job; there are no defects.",
        "An even layer without any defects.",
        "I see an evenly spread, flawless bed.",
        "The layer is in good order and the build can go on.",
        "No sign of any defect.",
        "Good to go, no problems.",
        "I checked for streaks, slag and wrinkles: the layer is clean.",
        "The layer passes inspection, no flaws found.",
        "A small streak in the top left corner, the remainder of the bed is flawless.",
        "Everything except the wrinkle is fine.",
        "No defects other than one streak in the centre.",
        "A wrinkle at the bottom. No other issues.",
        "The bed is clean outside the two streaks.",
        "In the centre of the bed everything is normal.",
        "The lower third shows no anomalies.",
        "The left-hand side of the layer is in order.",
        "The layer has a clean surface.",
        "Not one flaw on this bed.",
    ],
    ("three", "Is there any slag on this layer?"): [
        "No, the surface is clean and even.",
        "No, I find no defects on this layer at all.",
    ],
    ("right", "Describe what you see."): [
        "The bed is clean on the right.",
    ],
    ("none", "Describe what you see."): [
        "This bed is anything but clean.",
    ],
    ("three", "Would you stop the build here?"): [
        "No, the bed is even and free of any anomaly.",
    ],
    ("three", "Assess this layer."): [
        "Looks good to me.",
        "I would log this layer as normal.",
        "A textbook layer: no defects, no irregularities.",
        "Nothing on this layer gives cause for concern.",
        "The recoating went well, the surface is smooth and flawless.",
        "The bed surface is intact.",
        "It's all fine.",
        "There isn't a single flaw to be seen.",
        "One wrinkle near the bottom edge; beyond that, no abnormality.",
        "Only the two streaks are worth a note, the remaining bed is normal.",
        "The lower half of the layer is free of defects.",
        "No abnormality in the upper left corner.",
        "On the left everything is in order.",
    ],
    ("three", "Can you make out any slag?"): [
        "No. The whole bed is clean.",
        "No, I see nothing wrong on this layer.",
    ],
    ("three", "What causes the wrinkle?"): [
        "Too much powder in front of the blade. Elsewhere the bed is normal.",
    ],
    ("right", "Assess this layer."): [
        "A good bed, with no flaws anywhere.",
    ],
    ("top", "Assess this layer."): [
        "The top of the bed is clean.",
    ],
    ("three", "Your verdict on this layer?"): [
        "Clean.",
        "Fine, nothing to flag.",
        "I'm happy with this layer, it shows no defect of any class.",
        "Surface free of anomalies, ready for exposure.",
        "The layer is good and can be melted.",
        "Other than a wrinkle I see no irregularities.",
        "Streaks only, everything else looks normal.",
        "The top left is free of defects.",
        "Right in the centre the bed is flawless.",
    ],
    ("three", "Did anything go wrong on this layer?"): [
        "Nothing went wrong here.",
    ],
    ("three", "Is slag visible?"): [
        "No slag, the layer is free of defects.",
    ],
}

RIGHT: Answers = {
    ("three", "What do you see?"): [
        "The upper right is clean.",
        "The right side is clean, but there are two streaks and a wrinkle.",
        "Apart from the two streaks and the wrinkle the layer is fine.",
        "Apart from the streaks and a wrinkle, the layer is clean.",
        "No slag.",
        "The bed is clean of slag.",
        "No slag; there are two streaks and a wrinkle, the rest is fine.",
        "Two streaks, one wrinkle; everything else is fine.",
        "This layer is not clean: two streaks and a wrinkle.",
        "The bed is anything but clean.",
        "The bed is far from clean.",
        "I wouldn't call this layer clean.",
        "It isn't fine: there are two streaks.",
        "The layer would be fine without the streaks and the wrinkle.",
        "If the streaks weren't there, the layer would be clean.",
        "At first glance the layer looks fine, but there are two streaks and a wrinkle.",
        "It only looks clean; there is a wrinkle at the bottom.",
        "Nothing but streaks and a wrinkle.",
        "The powder around the wrinkle is normal.",
        "No defects on the right.",
        "No defects in the upper right, two streaks and a wrinkle elsewhere.",
        "Two fine streaks, and a wrinkle.",
        "The wrinkle has clean edges.",
        "Two streaks run through normal powder.",
        "Except for the top left, the centre and the bottom the layer is fine.",
        "The upper right and the lower right are free of defects.",
        "No defects besides the two streaks and the wrinkle.",
        "Not a normal layer.",
        "No further defects beyond the streaks and the wrinkle.",
        "Streaks and a wrinkle; please clean the blade.",
    ],
    ("three", "What should I do about the streaks?"): [
        "Clean the recoater blade.",
        "Clean the blade and spread the layer again.",
        "Make sure that the blade is clean before the next layer.",
        "Keep the powder clean and dry.",
        "Spread the layer again until it is clean.",
        "The next layer should be clean once the blade is replaced.",
        "A clean blade is what helps here.",
        "Stop the build, clean the chamber and check that the filter is clean.",
        "No problem if it stays below 50 µm.",
        "Wipe the recoater with a clean cloth and check the blade.",
        "Carry on and see whether the next layer comes out clean.",
        "Once the blade is clean, spread the layer again.",
        "Clean the blade edge, then check that the bed is in order.",
        "Have the blade cleaned; the filter is fine.",
        "Clean it before the next layer.",
        "Stop, wipe the blade until it is spotless, and recoat.",
        "You can go on if the next two layers are fine.",
        "Look at the blade under the microscope; a sound blade has no nicks.",
        "Vacuum the bed, and go on when it is clean again.",
        "Keep an eye on the next layers; if they look fine, no action is needed.",
    ],
    ("three", "What causes the streaks?"): [
        "The gas flow is normal, so the blade is to blame.",
        "The blade was clean but nicked.",
        "The problem is not the powder but the blade.",
    ],
    ("three", "Is there any slag?"): [
        "No, no slag on this layer.",
        "No, as far as slag goes the layer is fine.",
        "No, nothing of the kind.",
        "No, there is no such problem.",
    ],
    ("three", "What do streaks lead to?"): [
        "A streak this small does no harm; the part will be fine.",
        "Often nothing; small ones are fine after the next layer.",
        "Uneven layer thickness, and no other problems.",
    ],
    ("three", "Is the layer clean?"): [
        "No, two streaks and a wrinkle.",
    ],
    ("none", "What do you see?"): [
        "This layer is clean.",
        "Nothing stands out.",
        "The upper right is clean, and so is the rest.",
    ],
    ("right", "What do you see?"): [
        "The left side is clean.",
        "The upper third is fine.",
    ],
    ("top", "What do you see?"): [
        "The lower half is clean.",
    ],
    ("three", "Describe the layer."): [
        "The top right corner looks fine.",
        "The bed carries two streaks and a wrinkle and is otherwise clean.",
        "Besides the two streaks and the wrinkle there are no other defects.",
        "With the exception of two streaks and one wrinkle, everything is fine.",
        "The lower right is free from defects.",
        "There are no defects in the lower left, either.",
        "The layer is free of slag.",
        "It is clean as regards slag, but has two streaks and a wrinkle.",
        "This is hardly a clean layer.",
        "Not everything is in order: I count two streaks and one wrinkle.",
        "The layer is no longer normal, it has a wrinkle at the bottom.",
        "Compared with a normal layer there are two streaks too many and a wrinkle.",
        "It might look clean, but two streaks run across it.",
        "Were it not for the wrinkle and the two streaks, this would be a perfect layer.",
        "One wrinkle and two streaks; no other defect types.",
    ],
    ("three", "What should I do about the wrinkle?"): [
        "Wipe the blade clean and recoat.",
        "The recoater needs to be cleaned; check that it is clean.",
        "Use clean powder and recoat the layer.",
        "Recoat, and go on only if the layer looks normal.",
        "Before you go on, the bed must be free of defects.",
        "If it does not grow, no action is needed; the part should be fine.",
    ],
    ("three", "Why are there streaks?"): [
        "The filter is clean, so it is more likely the blade.",
        "Nothing is wrong with the powder; the blade is nicked.",
        "Even a clean chamber is no help where the blade is nicked.",
        "The powder is fine, so look at the blade.",
        "There is nothing wrong with the gas flow; the blade is nicked.",
        "The powder itself is fine; a nick in the blade is the cause.",
        "Most likely the blade was not clean.",
    ],
    ("three", "Do you see slag?"): [
        "No, the bed is clean in that respect.",
        "No such defect on this bed.",
        "No, this bed has no slag problem.",
    ],
    ("three", "Is anything wrong on the right?"): [
        "No, the right side is fine.",
    ],
    ("right", "Describe the layer."): [
        "The bottom is clean and so is the top.",
    ],
    ("top", "Describe the layer."): [
        "One streak right across the top; below it the bed is fine.",
    ],
    ("none", "Describe the layer."): [
        "Clean recoat, nothing to report.",
        "There is nothing wrong with this layer, in the centre or elsewhere.",
    ],
    ("three", "Describe what you see."): [
        "In the upper right corner the bed is clean.",
        "The bed would be in order if it weren't for two streaks and a wrinkle.",
        "Two streaks and a wrinkle, but no other issues.",
        "Everything except the streaks and the wrinkle is fine.",
        "This is not what a clean layer looks like.",
        "The right third of the bed is free of any defect.",
        "There is no slag here and no incomplete spreading either.",
        "Slag: none. Streaks: 2. Wrinkles: 1.",
        "The layer looks clean at first, yet it has two streaks and a wrinkle.",
        "The bed is clean apart from a streak in the top left, a streak in the centre and"
        " a wrinkle at the bottom.",
        "A clean streak in the centre, about 3 mm wide.",
    ],
    ("three", "Is there any slag on this layer?"): [
        "No, no slag; the dark line is a streak.",
        "No, nothing like that.",
        "No, the layer shows other defects but no slag.",
    ],
    ("three", "Is the upper right clean?"): [
        "Yes, it is.",
    ],
    ("three", "Is the lower part clean?"): [
        "No, there is a wrinkle.",
    ],
    ("top", "Describe what you see."): [
        "A streak right across the top. The lower part of the bed is fine.",
    ],
    ("right", "Describe what you see."): [
        "One streak on the right, nothing on the left.",
    ],
    ("none", "Describe what you see."): [
        "I looked for streaks, slag and wrinkles and found nothing.",
    ],
    ("none", "Anything unusual on the powder?"): [
        "No, nothing; the powder is fine everywhere.",
    ],
    ("three", "Assess this layer."): [
        "The right edge of the bed looks normal.",
        "Two streaks plus a wrinkle; no other flaws.",
        "I can't call this bed clean.",
        "Defects: two streaks, one wrinkle. Otherwise normal.",
        "Apart from these two streaks and the wrinkle I find nothing wrong.",
        "No part of the upper right is affected.",
        "A defect-free layer would not show streaks or wrinkles.",
    ],
    ("three", "Can you make out any slag?"): [
        "No, I found no slag, but the bed isn't clean.",
        "No, nothing here looks like slag.",
    ],
    ("three", "What causes the wrinkle?"): [
        "The gas flow is in order, so it's the dosing.",
        "Powder that is not dry flows badly, even if the recoater is in good order.",
    ],
    ("three", "Would you stop the build here?"): [
        "Yes: the two streaks and the wrinkle are no minor flaws.",
    ],
    ("three", "Does the top right look normal?"): [
        "Yes, no defects there.",
    ],
    ("right", "Assess this layer."): [
        "There is a streak on the right; the left half is flawless.",
    ],
    ("top", "Assess this layer."): [
        "Below the streak at the very top, the centre and the bottom are free of defects.",
    ],
    ("none", "Assess this layer."): [
        "Looks good to me.",
    ],
    ("three", "Your verdict on this layer?"): [
        "Not clean: two streaks and one wrinkle.",
        "It has two streaks and a wrinkle but is fine on the right.",
        "Two streaks and a wrinkle are all there is; the remaining surface is normal.",
        "Anything but perfect, with two streaks and a wrinkle.",
        "The recoater did a good job on the right, where there are no defects.",
    ],
    ("three", "Is slag visible?"): [
        "No, there is no slag to be seen on this bed.",
    ],
    ("none", "Your verdict on this layer?"): [
        "Clean.",
    ],
    ("right", "Your verdict on this layer?"): [
        "Top and bottom are clean; the streak sits on the right.",
    ],
}


@pytest.mark.parametrize(("image", "question", "answer"), sentences(WRONG))
def test_finds_what_is_called_clean_and_is_not(image, question, answer):
    assert "normal" in kinds_of(image, question, answer, "en")


@pytest.mark.parametrize(("image", "question", "answer"), sentences(RIGHT))
def test_says_nothing_of_what_is_rightly_called_clean(image, question, answer):
    assert kinds_of(image, question, answer, "en") == set()
