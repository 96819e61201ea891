"""Question sets that a team keeps in its project."""

import pytest

from app.storage.project import Project


def test_what_is_put_is_read_back_with_who_and_when(project):
    project.question_sets.put("bed", "zh", "name: bed # 床\n", person="ann")
    with Project.open(project.folder) as again:
        kept = again.question_sets.get("bed", "zh")
        assert again.question_sets.all() == [kept]
        assert again.question_sets.get("bed", "en") is None
    assert (kept.name, kept.language, kept.changed_by) == ("bed", "zh", "ann")
    assert kept.yaml == "name: bed # 床\n" and kept.changed_at


def test_a_later_one_of_name_and_language_takes_its_place(project):
    for yaml, person in (("old", "ann"), ("new", "bo")):
        project.question_sets.put("bed", "en", yaml, person=person)
    (kept,) = project.question_sets.all()
    assert (kept.yaml, kept.changed_by) == ("new", "bo")


def test_they_come_by_name_and_language(project):
    for name, language in (("b", "zh"), ("b", "en"), ("a", "zh")):
        project.question_sets.put(name, language, "x", person="ann")
    found = [(kept.name, kept.language) for kept in project.question_sets.all()]
    assert found == [("a", "zh"), ("b", "en"), ("b", "zh")]


def test_removing_takes_one_language_and_says_whether_there_was_one(project):
    for language in ("en", "zh"):
        project.question_sets.put("bed", language, "x", person="ann")
    assert project.question_sets.remove("bed", "en") is True
    assert project.question_sets.remove("bed", "en") is False
    assert [kept.language for kept in project.question_sets.all()] == ["zh"]


def test_what_is_put_in_a_transaction_that_fails_is_not_kept(project):
    def fail():
        with project.transaction():
            project.question_sets.put("bed", "en", "x", person="ann")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    assert project.question_sets.all() == []
