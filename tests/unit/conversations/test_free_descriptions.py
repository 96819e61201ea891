"""Layers described at length, and places and sizes asked about, in people's own words.

Left out is "each corner", which may be of two, and a place that goes on from the sentence before.
"""

import pytest

from tests.helpers.free_talk import cases, findings

WRONG_EN = {
    ("three", "presence", "Describe the layer."): (
        "Two streaks run side by side in the centre. | The top right is free of defects. | "
        "There is slag next to the wrinkle. | The wrinkle is tiny."
    ),
    ("clean", "presence", "Describe the layer."): (
        "A faint streak can be seen at the left. | There are a few small defects."
    ),
}  # fmt: skip
RIGHT_EN = {
    ("three", "presence", "Describe the layer."): (
        "The powder is mostly even, but two streaks cross the upper corners and a "
        "wrinkle lies below. | "
        "Two short lines in the upper corners are streaks; the fold at the bottom is a "
        "wrinkle. | The bed shows a wrinkle and, near the top edge, two streaks. | "
        "Streaks on both sides at the top; a wrinkle at the bottom; otherwise nothing. | "
        "One wrinkle of medium size at the bottom, one small streak top left, one medium "
        "streak top right. | Both upper corners carry a streak. The centre is clean. | "
        "Not a good layer: three defects of two kinds."
    ),
    ("three", "presence", "Is there over-melting?"): (
        "No, nothing is over-melted here. | None. | "
        "No over-melting, but a wrinkle and two streaks."
    ),
    ("three", "where", "Where is the smaller streak?"): (
        "Top left. | It's the one in the upper left corner."
    ),
    ("three", "where", "Are both streaks at the top?"): "Yes. | Yes, both of them. | They are.",
    ("three", "where", "Is the wrinkle on the left?"): (
        "No. | No, it is at the bottom. | It isn't."
    ),
    ("slag", "presence", "Describe the layer."): (
        "The layer is even, apart from a speck of slag in the middle. | "
        "Only one small piece of slag disturbs the surface."
    ),
    ("clean", "presence", "Describe the layer."): (
        "An even, grey powder bed. | "
        "The powder lies flat from edge to edge. There's nothing to flag. | "
        "Smooth all over."
    ),
    ("clean", "presence", "Is the top left clean?"): "Yes. | It is. | Yes, and so is the rest.",
    ("band", "presence", "Describe the layer."): (
        "A large over-melted area runs from the left to the right across the middle. | "
        "The middle of the bed is over-melted over almost its whole width."
    ),
    ("three", "cause", "Why does the wrinkle form?"): (
        "The powder feed may be uneven, or the powder clumps. | "
        "Wrinkles come from powder that does not flow well."
    ),
    ("three", "remedy", "Is the wrinkle a problem?"): (
        "It can be: the layer is uneven there. | "
        "Not necessarily, one layer alone rarely matters."
    ),
    ("three", "remedy", "Can I continue the build?"): (
        "Better not before you have checked the blade. | Yes, but watch the next layers. | "
        "I'd stop and check the recoater first."
    ),
}  # fmt: skip
WRONG_ZH = {
    ("three", "presence", "描述一下这层。"): (
        "两条条纹并排位于中央。 | 右上角没有缺陷。 | 褶皱旁边有灰渣。 | 褶皱非常微小。"
    ),
    ("clean", "presence", "描述一下这层。"): "左侧可见一条浅浅的条纹。 | 有几处小缺陷。",
}  # fmt: skip
RIGHT_ZH = {
    ("three", "presence", "描述一下这层。"): (
        "粉面大体平整，但上方两角各有一条条纹，下方有一处褶皱。 | "
        "左上、右上的细线是条纹，底部的起伏是褶皱。 | "
        "下半部分有一处褶皱，上面左右各一条条纹。 | "
        "粉床上有一处褶皱，靠近上边缘还有两条条纹。 | "
        "底部一处中等大小的褶皱，左上角一条较小的条纹，右上角一条中等大小的条纹。 | "
        "上方两个角都有条纹，中央是干净的。 | 这层不太好：两类缺陷，共三处。"
    ),
    ("three", "presence", "有过熔吗？"): "没有过熔。 | 无。 | 没有过熔，但有一处褶皱和两处条纹。",
    ("three", "where", "较小的那条条纹在哪里？"): "左上角。 | 就是左上角那条。",
    ("three", "where", "两条条纹都在上方吗？"): "是的。 | 对，都在上方。 | 是，一左一右。",
    ("three", "where", "褶皱在左边吗？"): "不在。 | 不是，在下方。 | 没有，它在底部。",
    ("slag", "presence", "描述一下这层。"): (
        "除中央一小块灰渣外，粉面平整。 | 只有一处较小的灰渣，其余正常。"
    ),
    ("clean", "presence", "描述一下这层。"): (
        "粉面平整，颜色均匀。 | 整层平整，没有需要标注的地方。 | 一切正常。"
    ),
    ("clean", "presence", "左上角干净吗？"): "干净。 | 是的。 | 干净，其余地方也一样。",
    ("band", "presence", "描述一下这层。"): (
        "一大片过熔从左到右横贯中部。 | 画面中部几乎全宽都过熔了。"
    ),
    ("three", "cause", "褶皱是怎么形成的？"): (
        "可能是供粉不均，或者粉末结块。 | 粉末流动性差时容易起皱。"
    ),
    ("three", "remedy", "褶皱要紧吗？"): "要看情况，该处层厚会不均。 | 单独一层一般影响不大。",
    ("three", "remedy", "还能继续打印吗？"): "最好先检查刮刀。 | 可以，但要留意后面几层。",
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "image", "turn"),
    [*(("en", *c) for c in cases(WRONG_EN)), *(("zh", *c) for c in cases(WRONG_ZH))],
)
def test_what_is_not_so_is_found(language, image, turn):
    assert findings(image, [turn], language)


@pytest.mark.parametrize(
    ("language", "image", "turn"),
    [*(("en", *c) for c in cases(RIGHT_EN)), *(("zh", *c) for c in cases(RIGHT_ZH))],
)
def test_what_is_so_may_be_put_freely(language, image, turn):
    assert findings(image, [turn], language) == []
