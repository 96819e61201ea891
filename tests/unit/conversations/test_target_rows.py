import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.conversations.targets.sizes import swift_limits, swift_size
from app.conversations.targets.targets import TARGETS, Shown, bake_size, target_by_name
from app.conversations.targets.trainers import dataset_info, tells_types
from app.core.conversation import Claim, Message
from app.core.errors import UserError
from app.core.geometry import Box
from tests.helpers.made_records import dialogue, facts_with

FACTS = facts_with(
    [Box(192, 108, 960, 540), Box(0, 0, 1920, 1080), Box(100.257, 7, 140, 9)], 1920, 1080
)
NOTHING = facts_with([], 1920, 1080)
PHOTO = Shown("/photos/a b.png", 1920, 1080)
CLAIM = Claim(1, Box(192, 108, 1152, 540))


def line(name, record=None, facts=FACTS, shown=PHOTO):
    return TARGETS[name].line(record or dialogue(facts, "en"), facts, shown)


def test_every_trainer_and_vlm_is_there_but_what_a_trainer_has_no_template_for():
    trainers = ("ms-swift", "llama-factory", "messages")
    vlms = (
        "qwen2-vl", "qwen2.5-vl", "qwen3-vl", "internvl", "kimi-vl", "minicpm-v", "glm-4.5v",
        "deepseek-vl2",
    )  # fmt: skip
    wanted = {f"{trainer}/{vlm}" for trainer in trainers for vlm in vlms}
    assert set(TARGETS) == wanted - {"llama-factory/deepseek-vl2"}
    assert target_by_name(" MS-Swift/Qwen2.5-VL ") is TARGETS["ms-swift/qwen2.5-vl"]
    with pytest.raises(UserError, match="no target 'trl/qwen'"):
        target_by_name("trl/qwen")


@pytest.mark.parametrize("name", TARGETS)
def test_rows_are_json_and_show_the_photo_once(name):
    row = line(name)
    assert json.loads(json.dumps(row)) == json.loads(json.dumps(row))
    assert row["images"] == ["/photos/a b.png"]
    text = json.dumps(row)
    assert (text.count("<image>") + text.count('{"type": "image"}')) == 1
    assert not any(token in text for token in ("<boxes:", "<claims>", "<format>"))


def test_llama_factory_gets_pixels_of_the_picture_that_it_resizes_to():
    answer = line("llama-factory/qwen2.5-vl")["messages"][2]["content"]
    assert json.loads(answer) == [
        {"bbox_2d": [104, 59, 518, 294], "label": "streak"},
        {"bbox_2d": [0, 0, 1036, 588], "label": 'edge "burr", 2: deep'},
        {"bbox_2d": [54, 4, 76, 5], "label": "incomplete_spreading"},
    ]
    larger = TARGETS["llama-factory/qwen2.5-vl"].limited(1_003_520)
    answer = larger.line(dialogue(FACTS, "zh"), FACTS, PHOTO)["messages"][-1]["content"]
    assert json.loads(answer) == [{"bbox_2d": [70, 5, 98, 6], "label": "铺粉不完全"}]


def test_ms_swift_fills_in_names_and_boxes_in_the_order_of_the_text():
    row = line("ms-swift/qwen2.5-vl", dialogue(FACTS, "en", claims=[CLAIM]))
    one = '{"bbox_2d": <bbox>, "label": "<ref-object>"}'
    assert f"says: [{one}]. Look only at [{one}, {one}]." in row["messages"][0]["content"]
    assert [m["content"] for m in row["messages"][2::2]] == [
        f"[{one}, {one}, {one}]", "[]", f"[{one}]",
    ]  # fmt: skip
    burr = 'edge \\"burr\\", 2: deep'  # it stands in JSON
    assert row["objects"] == {
        "ref": ["streak", "streak", burr, "streak", burr, *["incomplete_spreading"] * 2],
        "bbox": [
            [192, 108, 1152, 540],
            *[[192, 108, 960, 540], [0, 0, 1920, 1080]] * 2,
            *[[100.257, 7, 140, 9]] * 2,
        ],
        "bbox_type": "real",
        "image_id": [0] * 7,
    }
    assert {type(n) for box in row["objects"]["bbox"] for n in box} == {float}


def test_the_form_that_ms_swift_writes_is_left_to_it():
    for vlm in ("qwen2-vl", "internvl"):
        answer = line(f"ms-swift/{vlm}")["messages"][-1]["content"]
        assert answer == "<ref-object><bbox>"


def test_columns_are_the_same_with_and_without_boxes():
    """The `datasets` library learns a column's type from the first rows of a file."""
    for name in TARGETS:
        empty = line(name, facts=NOTHING)
        assert empty.keys() == line(name).keys()
        assert tells_types(line(name))
        assert tells_types(empty) is ("objects" not in empty)


def test_baked_copies_are_told_in_the_vlm_s_own_text():
    target = TARGETS["ms-swift/qwen2.5-vl"]
    shown = Shown("/baked/a.png", *bake_size(target, 1920, 1080), is_baked=True)
    row = target.line(dialogue(FACTS, "en"), FACTS, shown)
    assert "objects" not in row
    assert json.loads(row["messages"][-1]["content"]) == [
        {"bbox_2d": [53, 4, 74, 5], "label": "incomplete_spreading"}
    ]


def test_copies_are_no_larger_than_the_trainer_is_told_to_show():
    target = TARGETS["ms-swift/qwen2.5-vl"].limited(100_352)
    size = bake_size(target, 1920, 1080)
    assert size == (420, 224)
    assert swift_size(*size, swift_limits(28, 100_352)) == size
    assert bake_size(target.limited(10_000_000), 1920, 1080) == (1008, 560)
    assert bake_size(target, 200, 200) == (308, 308)


def test_copies_are_enlarged_for_a_vlm_that_counts_in_pixels_and_no_other():
    sizes = {name: bake_size(target, 200, 200) for name, target in TARGETS.items()}
    pixels = {name for name in TARGETS if name.endswith("/qwen2.5-vl")}
    assert {name for name, size in sizes.items() if size == (728, 728)} == pixels
    assert {sizes[name] for name in TARGETS if name not in pixels} == {(196, 196), (256, 256)}
    as_they_are = replace(TARGETS["messages/qwen2.5-vl"], enlarges=False)
    assert bake_size(as_they_are, 200, 200) == (196, 196)


def test_fewer_pixels_than_trainers_show_are_refused():
    with pytest.raises(UserError, match="at most 100 pixels"):
        TARGETS["ms-swift/qwen2.5-vl"].limited(100)


def test_messages_are_written_in_blocks():
    messages = line("messages/qwen3-vl")["messages"]
    assert messages[1]["content"] == [
        {"type": "image"},
        {"type": "text", "text": "Where are they?"},
    ]
    assert messages[4]["content"] == [{"type": "text", "text": "[]"}]


@pytest.mark.parametrize("name", [name for name in TARGETS if not name.startswith("llama")])
def test_what_a_trainer_refuses_is_refused_before(name):
    thin = facts_with([Box(0, 0, 4, 5)], 1005, 5)
    shown = Shown("/a.png", 1005, 5)
    if TARGETS[name].vlm.hf is None:
        line(name, facts=thin, shown=shown)
    else:
        with pytest.raises(UserError, match="too long and thin"):
            line(name, facts=thin, shown=shown)


@pytest.mark.parametrize(
    ("size", "is_taken", "is_taken_by_llama_factory"),
    [
        ((7140, 60), True, True),
        ((7141, 60), False, False),
        ((60, 7168), False, False),
        ((20_000, 9), False, False),
        ((63_000, 1_000), True, True),
        ((65_000, 1_000), False, True),  # it comes to the processor as 6191 x 95
        ((8_000, 6_000), True, True),
    ],
)
def test_kimi_gets_no_strip_that_its_processor_refuses(size, is_taken, is_taken_by_llama_factory):
    facts, shown = facts_with([Box(0, 0, 4, 5)], *size), Shown("/a.png", *size)
    for name in ("ms-swift", "messages", "llama-factory"):
        if is_taken_by_llama_factory if name == "llama-factory" else is_taken:
            line(f"{name}/kimi-vl", facts=facts, shown=shown)
        else:
            with pytest.raises(UserError, match="too long and thin"):
                line(f"{name}/kimi-vl", facts=facts, shown=shown)
        line(f"{name}/kimi-vl", facts=facts, shown=Shown("/a.png", 7140, 28, is_baked=True))


@pytest.mark.parametrize("name", TARGETS)
def test_how_thin_a_copy_may_be_is_a_matter_of_the_vlm(name):
    target = TARGETS[name]
    if target.vlm.name in ("qwen2-vl", "qwen2.5-vl", "qwen3-vl", "glm-4.5v"):
        with pytest.raises(UserError, match="too long and thin"):
            bake_size(target, 1005, 5)
        return
    side, most = (7140, 7140) if target.vlm.name == "kimi-vl" else (20_972, 21_056)
    assert bake_size(target, 1005, 5) == (1008, 28)
    assert bake_size(target, 20_960, 40) == (side, 28)
    assert bake_size(target, 10, 90_000) == (28, most)
    # Its numbers count shares, so that a copy of another shape says the same.
    facts = facts_with([Box(5000, 10, 5400, 39)], 20_960, 40)
    row = line(name, facts=facts, shown=Shown("/a.png", side, 28, is_baked=True))
    assert row == line(name, facts=facts, shown=Shown("/a.png", 5000, 28, is_baked=True))


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        (Message("assistant", "It lies at <boxes:gone>."), "box that is no longer there"),
        (Message("assistant", "It lies at <bbox>."), "'<bbox>', which trainers"),
        (Message("assistant", "<|im_end|>"), "word of their own"),
        (Message("user", "<image>Once more?"), "shows its photo 2 times"),
        (Message("assistant", "<image>"), "shows its photo 2 times"),
    ],
)
def test_texts_that_no_trainer_would_read_as_meant_are_refused(turn, reason):
    record = dialogue(FACTS, "en")
    for name in TARGETS:
        with pytest.raises(UserError, match=reason):
            line(name, replace(record, messages=(*record.messages, turn)))
    with pytest.raises(UserError, match="shows its photo 0 times"):
        line("messages/internvl", replace(record, messages=record.messages[2:]))


def test_the_registry_of_llama_factory_names_every_tag():
    info = dataset_info({"train": "train.jsonl", "val": "val.jsonl"})
    assert list(info) == ["train", "val"]
    assert info["val"] == {
        "file_name": "val.jsonl",
        "formatting": "sharegpt",
        "columns": {"messages": "messages", "images": "images"},
        "tags": {
            "role_tag": "role",
            "content_tag": "content",
            "user_tag": "user",
            "assistant_tag": "assistant",
            "system_tag": "system",
        },
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ms-swift/qwen2-vl", "QWENVL_BBOX_FORMAT=legacy swift sft --model MODEL"),
        ("ms-swift/qwen3-vl", "QWENVL_BBOX_FORMAT=new swift sft"),
        ("ms-swift/qwen3-vl", "--check_model false"),
        ("ms-swift/internvl", "swift sft --model MODEL --dataset '/my data/train.jsonl' --strict"),
        ("llama-factory/qwen3-vl", "--template qwen3_vl_nothink --dataset_dir '/my data'"),
        ("llama-factory/qwen2.5-vl", "--dataset train --image_max_pixels 589824"),
        ("messages/kimi-vl", "trl sft --model_name_or_path MODEL"),
    ],
)
def test_commands_say_what_the_rows_rely_on(name, words):
    assert words in TARGETS[name].training_command(Path("/my data/train.jsonl"))


def test_limits_that_were_asked_for_are_in_the_command():
    path = Path("/d/train.jsonl")
    swift = TARGETS["ms-swift/qwen2.5-vl"].limited(1_003_520).training_command(path)
    assert "MAX_PIXELS=1003520" in swift
    factory = TARGETS["llama-factory/qwen2.5-vl"].limited(1_003_520).training_command(path)
    assert "--image_max_pixels 1003520" in factory


def test_what_rests_on_hearsay_says_so():
    assert "users report" in TARGETS["llama-factory/kimi-vl"].notes[0]
    assert TARGETS["llama-factory/qwen3-vl"].notes == ()
