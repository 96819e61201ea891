"""What is known of a class, in its row."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.storage.project import Project
from app.storage.rows import class_from_row, class_to_row

texts = st.text(st.characters(exclude_categories=["Cs"]))
lists = st.lists(texts, max_size=3).map(tuple)
knowledge = st.builds(
    Knowledge,
    noun=texts,
    plural=texts,
    appearance=lists,
    causes=lists,
    consequences=lists,
    remedies=lists,
)


@given(
    known=st.builds(
        LabelClass, name=st.just("slag"), id=st.just(4), prompts=lists, en=knowledge, zh=knowledge
    )
)
def test_a_row_gives_back_the_class(known: LabelClass) -> None:
    assert class_from_row((known.id, *class_to_row(known))) == known


def test_a_class_keeps_what_is_known_of_it_when_added_and_changed(project: Project) -> None:
    new = LabelClass("burr", en=Knowledge(noun="burr"), zh=Knowledge(causes=("刀钝",)))
    (added,) = project.add_classes([new], actor="li")
    project.change_class(
        LabelClass("burr", id=added.id, zh=Knowledge(remedies=("换刀",))), actor="li"
    )
    with Project.open(project.folder) as again:
        (_, _, kept) = again.classes.all()
    assert (added.en, added.zh) == (new.en, new.zh)
    assert (kept.en, kept.zh) == (Knowledge(), Knowledge(remedies=("换刀",)))
