"""Classes that a project has already, and what a label set knows of them."""

from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.formats.label_set import LabelSet
from app.services.learning import learn

KNOWN = LabelClass(
    "slag",
    name_zh="灰渣",
    colour="#123456",
    definition="A bit on the powder.",
    prompts=("debris",),
    en=Knowledge(
        "piece of slag", "pieces of slag", ("dark",), ("spatter",), ("pores",), ("sieve",)
    ),
    zh=Knowledge(causes=("飞溅",)),
    target_count=9,
)


def _learned(project, standing, known=KNOWN):
    (added,) = project.add_classes([standing], actor="li")
    changed = learn(project, LabelSet("beds", (known,)), actor="wang")
    (found,) = project.classes.all()
    assert changed == ([found] if found != added else [])
    return found


def test_what_is_empty_is_filled_and_nothing_else(project):
    found = _learned(project, LabelClass("Slag ", prompts=("grit",), colour="#abcdef"))

    assert found == LabelClass(
        "Slag ",
        id=found.id,
        name_zh="灰渣",
        colour="#abcdef",
        definition="A bit on the powder.",
        prompts=("grit",),
        en=KNOWN.en,
        zh=KNOWN.zh,
    )


def test_what_stands_there_is_not_touched(project):
    mine = LabelClass(
        "slag",
        name_zh="渣",
        definition="Ours.",
        en=Knowledge(causes=("weak gas flow",)),
        zh=Knowledge(causes=("气流弱",), remedies=("加大气流",)),
    )
    found = _learned(project, mine)

    assert (found.name_zh, found.definition, found.zh) == ("渣", "Ours.", mine.zh)
    assert found.en == Knowledge(
        "piece of slag", "pieces of slag", ("dark",), ("weak gas flow",), ("pores",), ("sieve",)
    )


def test_a_word_of_the_teams_own_is_not_given_the_plural_of_another(project):
    found = _learned(project, LabelClass("slag", en=Knowledge(noun="bit of slag")))

    assert (found.en.noun, found.en.plural) == ("bit of slag", "")
    assert found.en.causes == ("spatter",)


def test_a_class_that_the_set_does_not_know_stays(project):
    assert _learned(project, LabelClass("dent")).definition == ""
