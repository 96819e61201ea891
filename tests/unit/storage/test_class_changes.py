"""A label class changed later: everything but its id and its place follows."""

from dataclasses import replace

import pytest

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.storage.project import Project


def test_a_class_takes_other_words_and_keeps_id_and_place(project: Project):
    streak, slag = project.classes.all()
    changed = replace(streak, name="line", prompts=("thin line", "powder streak"), colour="#123456")
    project.change_class(changed, actor="lead")
    assert project.classes.all() == [changed, slag]


def test_another_class_keeps_its_name(project: Project):
    streak, slag = project.classes.all()
    with pytest.raises(UserError, match="'slag' already"):
        project.change_class(replace(streak, name="slag"), actor="lead")
    assert project.classes.all() == [streak, slag]


def test_a_class_that_is_not_there_is_not_made(project: Project):
    with pytest.raises(UserError, match="no longer"):
        project.change_class(LabelClass("ghost", id=77), actor="lead")
    assert len(project.classes.all()) == 2
