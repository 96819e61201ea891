"""Label sets that people write, and the classes of models laid over those of a project."""

from pathlib import Path

import pytest

from app.core.errors import UserError
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.services.class_mapping import map_classes, read_mapping
from app.services.create import create_project, load_label_set, shipped_label_sets

STREAK = LabelClass("streak", id=1, name_zh="条纹")
OVER_MELT = LabelClass("over_melt", id=2, name_zh="过熔")
CLASSES = (STREAK, OVER_MELT)


def test_the_shipped_sets_hold_what_the_product_says() -> None:
    assert shipped_label_sets() == ["battery-electrode", "powder-bed"]
    names = {
        name: [(c.name, c.name_zh) for c in load_label_set(name).classes]
        for name in shipped_label_sets()
    }
    assert names["powder-bed"] == [
        ("streak", "条纹"),
        ("slag", "灰渣"),
        ("over_melt", "过熔"),
        ("wrinkle", "褶皱"),
        ("incomplete_spreading", "铺粉不完全"),
    ]
    assert names["battery-electrode"] == [
        ("missing_coating", "漏涂"),
        ("burr", "毛刺"),
        ("electrode_offset", "极片偏移"),
        ("scratch", "划痕"),
        ("wrinkle", "褶皱"),
        ("bubble", "气泡"),
    ]
    for name in shipped_label_sets():
        for c in load_label_set(name).classes:
            assert c.colour and c.hotkey and c.definition and c.prompts
            assert c.en.causes and c.en.remedies


def test_a_project_takes_classes_and_tags_of_its_set(tmp_path: Path) -> None:
    with create_project(tmp_path / "p", load_label_set("powder-bed"), actor="li") as project:
        assert [c.name for c in project.classes.all()][:2] == ["streak", "slag"]
        assert project.classes.all()[0].en == load_label_set("powder-bed").classes[0].en


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("classes:\n  [", "line 2"),
        ("classes: &a [*a]", "aliases"),
        ("[" * 5000, "too deep"),
        ("classes: [a]\ntags: abc", "no list"),
        ("classes: [{name: a, 1: x, b: y}]", "unknown field '1'"),
        ("- streak", "no list `classes`"),
        ("classes: [{name: a, color: red}]", "unknown field 'color'"),
        ("classes: [a]\nlabels: b", "unknown field 'labels'"),
        ("classes: [a, a]", "stands in it twice"),
        ("classes: [{hotkey: x}]", "class 1 has no name"),
        ("classes: [{name: a, hotkey: [1]}]", "must be text"),
        ("classes: [{name: a, hotkey: 12}]", "more than one character"),
        ("classes: [{name: a, colour: red}]", "not like #1e90ff"),
        ("classes: [{name: a, prompts: b}]", "prompts must be a list"),
        ("classes: [{name: a, target_count: -1}]", "whole number"),
        ("classes: [a]\ntags: [[b]]", "neither a word"),
        ("classes: [{name: a, en: {cause: [b]}}]", "class 'a': unknown field 'en.cause'"),
        ("classes: [{name: a, zh: [b]}]", "class 'a': zh must hold fields: aliases, appearance"),
        ("classes: [{name: a, zh: {causes: b}}]", "class 'a': zh.causes must be a list"),
        ("classes: [{name: a, zh: {causes: [{b: c}]}}]", "each of zh.causes must be text"),
        ("classes: [{name: a, zh: {noun: [b]}}]", "zh.noun must be text"),
        ("classes: [{name: a, causes: [b], en: {}}]", "causes belongs into en, which"),
    ],
)
def test_a_bad_label_set_names_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "set.yaml"
    file.write_text(text)
    with pytest.raises(UserError, match=r"set\.yaml") as e:
        load_label_set(str(file))
    assert said in e.value.what


def test_what_is_known_of_a_class_is_read_by_language(tmp_path: Path) -> None:
    file = tmp_path / "set.yaml"
    file.write_text(
        "classes:\n- name: slag\n"
        "  en: {noun: piece of slag, plural: pieces of slag, consequences: [a weak part]}\n"
        "  zh: {appearance: [深色的小块, 像砂粒]}\n",
        "utf-8",
    )
    (slag,) = load_label_set(str(file)).classes
    assert slag.en == Knowledge("piece of slag", "pieces of slag", consequences=("a weak part",))
    assert slag.zh == Knowledge(appearance=("深色的小块", "像砂粒"))


def test_causes_and_remedies_of_an_older_set_are_english_ones(tmp_path: Path) -> None:
    file = tmp_path / "set.yaml"
    file.write_text("classes: [{name: slag, causes: [spatter], remedies: [clean, sieve], zh: }]")
    (slag,) = load_label_set(str(file)).classes
    assert slag.en == Knowledge(causes=("spatter",), remedies=("clean", "sieve"))
    assert slag.zh == Knowledge()


def test_a_label_set_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(UserError) as e:
        load_label_set("powder_bad")
    assert "powder-bed" in e.value.hint


def test_names_are_mapped_by_name_chinese_name_and_spelling() -> None:
    mapped = map_classes(["streak", "过熔"], CLASSES)
    assert mapped == {"streak": STREAK, "过熔": OVER_MELT}
    assert map_classes(["Over-Melt"], CLASSES) == {"Over-Melt": OVER_MELT}


def test_a_mapping_wins_and_may_leave_a_class_out() -> None:
    given = {"streak": "over_melt", "person": None}
    assert map_classes(["streak", "person"], CLASSES, given=given) == {"streak": OVER_MELT}


def test_a_class_left_over_is_asked_for_or_refused() -> None:
    with pytest.raises(UserError, match="scratch"):
        map_classes(["streak", "scratch"], CLASSES)
    asked: list[str] = []

    def ask(name: str, _: object) -> LabelClass | None:
        asked.append(name)
        return STREAK

    assert map_classes(["streak", "scratch"], CLASSES, ask=ask)["scratch"] == STREAK
    assert asked == ["scratch"]
    assert map_classes(["scratch"], CLASSES, ask=lambda *_: None) == {}


@pytest.mark.parametrize(
    ("given", "said"), [({"streak": "burr"}, "'burr'"), ({"dog": "streak"}, "dog")]
)
def test_a_mapping_of_strangers_is_refused(given: dict[str, str | None], said: str) -> None:
    with pytest.raises(UserError, match=said):
        map_classes(["streak"], CLASSES, given=given)


def test_a_mapping_file(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text("scratch: streak\nperson:\n0: 过熔\n", "utf-8")
    assert read_mapping(file) == {"scratch": "streak", "person": None, "0": "过熔"}
    for bad in ("- a", "a: [", "\x00"):
        file.write_text(bad)
        with pytest.raises(UserError, match=r"map\.yaml"):
            read_mapping(file)
    with pytest.raises(UserError, match="gone"):
        read_mapping(tmp_path / "gone.yaml")
