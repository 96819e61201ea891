import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.conversations.targets.copies import MOST_BAKED_PX, baked_size, enlarged_size
from app.conversations.targets.frames import (
    FINE_BOX_PX,
    FINE_OVERLAP,
    Frame,
    original_pixels,
    pixels,
    whole,
)
from app.conversations.targets.sizes import (
    HF_GLM,
    HF_QWEN2,
    HF_QWEN3,
    Limits,
    hf_size,
    llama_factory_size,
    swift_limits,
    swift_size,
)
from app.core.errors import UserError
from app.core.geometry import Box

SIZES_BY = (
    lambda w, h: swift_size(w, h, swift_limits(28)),
    lambda w, h: swift_size(w, h, swift_limits(28, 1_003_520)),
    lambda w, h: hf_size(w, h, HF_QWEN2),
    lambda w, h: hf_size(w, h, HF_QWEN3),
    lambda w, h: llama_factory_size(w, h, HF_QWEN2),
    lambda w, h: llama_factory_size(w, h, HF_QWEN2, 1_003_520),
    lambda w, h: llama_factory_size(w, h, HF_QWEN3),
)
RECORDED = """
    200x200 196x196 196x196 196x196 256x256 196x196 196x196 256x256
    1920x1080 1932x1092 1316x728 1932x1092 1920x1088 1036x588 1344x756 1024x576
    640x480 644x476 644x476 644x476 640x480 644x476 644x476 640x480
    3772x3302 3780x3304 1064x924 3780x3304 3776x3296 812x728 1064x924 832x704
    4096x3000 4088x2996 1148x840 4088x2996 4096x3008 896x644 1176x868 896x672
    5472x3648 4368x2912 1204x812 4368x2912 4992x3328 952x616 1232x812 928x640
    40x31 84x56 84x56 84x56 320x256 84x56 84x56 320x256
    13x200 28x196 28x196 28x224 96x1024 28x196 28x196 96x704
    28x28 56x56 56x56 56x56 256x256 56x56 56x56 256x256
    14x14 56x56 56x56 56x56 256x256 56x56 56x56 256x256
    1x1 56x56 56x56 56x56 256x256 56x56 56x56 256x256
    5600x40 5600x28 5600x28 5600x28 5600x32 5600x28 5600x28 5600x32
    300x1500 308x1512 308x1512 308x1512 288x1504 308x1512 308x1512 288x1504
    1001x999 1008x1008 980x980 1008x1008 992x992 756x756 1008x1008 768x768
    90x17000 84x16996 56x13748 84x16996 96x16992 56x10556 84x13776 64x10560
    767x769 756x756 756x756 756x756 768x768 756x756 756x756 768x768
    1036x588 1036x588 1036x588 1036x588 1024x576 1008x588 1036x588 1024x576
    1000x5 1008x28 1008x28 812x28 3648x32 1008x28 1008x28 1536x64
    2600x13 2604x28 2604x28 812x28 3648x32 2604x28 2604x28 2592x32
    12000x9000 4116x3080 1148x840 4116x3080 4704x3520 896x672 1148x868 896x672
    42x70 56x56 56x56 56x56 224x352 56x56 56x56 224x352
    98x126 112x112 112x112 112x112 256x320 112x112 112x112 256x320
    254x258 252x252 252x252 252x252 256x256 252x252 252x252 256x256
    6000x30 5992x28 5992x28 5992x28 6016x32 5992x28 5992x28 6016x32
    201x1 - - - - 448x28 448x28 1056x64
"""
"""Of the size in front, what the libraries themselves gave, in the order of SIZES_BY:
qwen-vl-utils 0.0.14 with its defaults and with MAX_PIXELS=1003520; transformers 5.6 for Qwen2.5-VL
and Qwen3-VL; LLaMA-Factory 0.9.5 for Qwen2.5-VL with its default and with
image_max_pixels=1003520, and for Qwen3-VL. -: an error."""

factors = st.sampled_from([(28, 12_544), (32, 65_536)])
sides = st.one_of(st.integers(1, 120), st.integers(100, 1000), st.integers(800, 12_000))


@pytest.mark.parametrize("line", RECORDED.split("\n")[1:-1])
def test_sizes_are_those_of_the_libraries(line):
    size, *theirs = [_size(word) for word in line.split()]
    assert [_size_or_none(by, *size) for by in SIZES_BY] == theirs


def _size(word):
    return None if word == "-" else tuple(int(side) for side in word.split("x"))


def _size_or_none(by, width, height):
    try:
        return by(width, height)
    except UserError:
        return None


@pytest.mark.slow
def test_smart_resize_is_that_of_transformers():
    from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

    for n in range(6000):
        width, height = 1 + n * 7919 % 4001, 1 + n * 104_729 % 3001
        for limits in (HF_QWEN2, HF_QWEN3):
            try:
                theirs = smart_resize(
                    height, width, limits.factor_px, limits.least_px, limits.most_px
                )[::-1]
            except ValueError:
                theirs = None
            ours = _size_or_none(lambda w, h, limits=limits: hf_size(w, h, limits), width, height)
            assert ours == theirs, (width, height, limits)


@pytest.mark.slow
def test_smart_resize_of_glm_is_the_same_with_half_of_its_limits():
    from transformers.models.glm4v.image_processing_glm4v import smart_resize

    for n in range(3000):
        width, height = 28 + n * 7919 % 6001, 28 + n * 104_729 % 5001
        try:
            theirs = smart_resize(2, height, width)[::-1]
        except ValueError:
            theirs = None
        assert _size_or_none(lambda w, h: hf_size(w, h, HF_GLM), width, height) == theirs


@pytest.mark.parametrize("sized", [baked_size, enlarged_size])
@given(width=sides, height=sides, factor_and_least=factors)
@example(6000, 30, (28, 12_544))
@example(1, 200, (32, 65_536))
@example(200, 200, (32, 65_536))
def test_nobody_resizes_what_was_baked(sized, width, height, factor_and_least):
    factor, least = factor_and_least
    limits = Limits(factor, least, MOST_BAKED_PX)
    if max(width, height) > 200 * min(width, height):
        with pytest.raises(UserError, match="too long and thin"):
            sized(width, height, limits)
        return
    size = sized(width, height, limits)
    assert all(side % factor == 0 for side in size)
    assert least <= math.prod(size) <= MOST_BAKED_PX
    hf = HF_QWEN2 if factor == 28 else HF_QWEN3
    assert swift_size(*size, swift_limits(factor)) == size
    assert hf_size(*size, hf) == llama_factory_size(*size, hf) == size
    assert (
        hf_size(*size, Limits(factor, 16 * 28**2, MOST_BAKED_PX)) == size
    )  # Qwen's own script, so set


@given(width=sides, height=sides, most_side=st.sampled_from([None, 7140]))
@example(90_000, 1, None)
@example(20_960, 40, 7140)
def test_a_copy_of_any_shape_is_within_the_limits(width, height, most_side):
    limits = Limits(28, 12_544, MOST_BAKED_PX, None, most_side)
    for sized in (baked_size, enlarged_size):
        size = sized(width, height, limits)
        assert all(side % 28 == 0 for side in size)
        assert limits.least_px <= math.prod(size) <= MOST_BAKED_PX
        assert max(size) <= (most_side or MOST_BAKED_PX)
    # A side of up to 42 px becomes one of 28: a copy may be half as thin again as the photo.
    if max(width, height) <= 130 * min(width, height) and most_side is None:
        assert baked_size(width, height, limits) == baked_size(
            width, height, Limits(28, 12_544, MOST_BAKED_PX)
        )


def test_baking_scales_no_more_than_it_must():
    limits = Limits(28, 12_544, MOST_BAKED_PX)
    assert baked_size(1920, 1080, limits) == (1008, 560)
    assert baked_size(640, 480, limits) == (644, 476)
    assert baked_size(40, 31, limits) == (140, 112)


@pytest.mark.parametrize(
    ("size", "copy"),
    [
        ((200, 200), (728, 728)),
        ((280, 140), (1008, 504)),
        ((106, 424), (392, 1484)),  # 364 x 1512 is nearer to its shape, and not enough
        ((1500, 20), (5348, 84)),
        ((256, 256), (756, 756)),  # as fine as may be
        ((640, 480), (868, 644)),
        ((40, 31), (140, 112)),
        ((1, 1), (112, 112)),
        ((6000, 30), (5600, 28)),
        ((770, 740), (784, 728)),
        ((1920, 1080), (1008, 560)),
    ],
)
def test_small_photos_are_enlarged_as_far_as_boxes_need_it(size, copy):
    assert enlarged_size(*size, Limits(28, 12_544, MOST_BAKED_PX)) == copy


@given(sides, sides, st.sampled_from([MOST_BAKED_PX, 451_584, 250_000]))
@example(200, 200, MOST_BAKED_PX)
@example(213, 213, MOST_BAKED_PX)
def test_whole_pixels_of_an_enlarged_copy_are_fine_wherever_they_can_be(width, height, most):
    assume(max(width, height) <= 200 * min(width, height))
    limits = Limits(28, 12_544, most)
    size = enlarged_size(width, height, limits)
    plain = baked_size(width, height, limits)
    assert _overlap(width, height, size) >= _overlap(width, height, plain)
    enough = 1 / (FINE_BOX_PX * (1 - math.sqrt(FINE_OVERLAP)))
    needed = [math.ceil(side * enough / 28) * 28 for side in (width, height)]
    if limits.least_px <= math.prod(needed) <= most and max(needed) <= 200 * min(needed):
        assert _overlap(width, height, size) >= FINE_OVERLAP
    if size != plain:  # at some scale, each side is less than a step of 28 away
        assert (size[0] - 28) / width < (size[1] + 28) / height
        assert (size[1] - 28) / height < (size[0] + 28) / width


def _overlap(width, height, size):
    """What whole pixels of a picture of `size` leave of a box of FINE_BOX_PX at worst."""
    return math.prod(
        max(0, 1 - side / (FINE_BOX_PX * seen))
        for side, seen in zip((width, height), size, strict=True)
    )


def test_a_picture_may_be_too_thin_for_the_limits_that_were_asked_for():
    with pytest.raises(UserError, match="too long and thin"):
        swift_size(5600, 30, swift_limits(28, 100_352))
    with pytest.raises(UserError, match="too long and thin"):
        llama_factory_size(1, 600_000, HF_QWEN2)


@pytest.mark.parametrize(
    ("frame", "numbers"),
    [
        (whole(), (52, 185, 500, 1000)),
        (whole(999), (52, 185, 500, 999)),
        (whole(1, decimals=3), (0.052, 0.185, 0.5, 1.0)),
        (pixels(1036, 588), (54, 109, 518, 588)),
        (original_pixels(1920, 1080, whole()), (100.25, 200.0, 960.0, 1080.0)),
    ],
)
def test_numbers_of_a_box_in_each_frame(frame, numbers):
    assert frame.numbers(Box(100.25, 200, 960, 1080), 1920, 1080) == numbers
    assert [type(n) for n in frame.numbers(Box(0, 0, 1920, 1080), 1920, 1080)] == [
        type(numbers[0])
    ] * 4


@pytest.mark.parametrize("frame", [whole(), pixels(1036, 588), whole(1, decimals=3)])
@pytest.mark.parametrize("left", [0.0, 777.7, 1919.4])
def test_a_box_thinner_than_a_step_still_has_area(frame, left):
    numbers = frame.numbers(Box(left, 3, left + 0.3, 3.1), 1920, 1080)
    for start, end, full, true, side in (
        (numbers[0], numbers[2], frame.width, (left, left + 0.3), 1920),
        (numbers[1], numbers[3], frame.height, (3, 3.1), 1080),
    ):
        assert 0 <= start < end <= full
        assert abs(start - true[0] / side * full) < frame.unit + 1e-9
        assert abs(end - true[1] / side * full) < frame.unit + 1e-9


def test_a_thin_box_in_pixels_of_the_file_has_area_for_the_model_too():
    """ms-swift rounds what it is given to the model's frame, and lets nothing of a box pass."""
    frame = original_pixels(4000, 3000, whole())
    left, top, right, bottom = frame.numbers(Box(1001.1, 9, 1002.3, 30), 4000, 3000)
    assert (round(left / 4000 * 1000), round(right / 4000 * 1000)) == (250, 251)
    assert (top, bottom) == (9, 30)


def test_numbers_stay_inside_the_picture():
    assert whole().numbers(Box(-5, -5, 900, 900), 800, 800) == (0, 0, 1000, 1000)
    assert Frame(800, 800, decimals=2, seen=whole()).numbers(Box(0, 0, 800, 800), 800, 800) == (
        0, 0, 800, 800,
    )  # fmt: skip


@given(st.floats(0, 1), st.floats(0, 1), sides)
def test_corners_undo_numbers(x, width, side):
    frame = whole()
    box = Box(x * side / 2, 0, x * side / 2 + (0.01 + 0.49 * width) * side, side)
    corners = frame.corners(frame.numbers(box, side, side), side, side)
    for read, true in zip(corners, box.corners, strict=True):
        assert abs(read - true) <= side / 1000 + 1e-9
