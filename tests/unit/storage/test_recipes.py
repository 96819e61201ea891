import pytest

from app.storage.project import Project

CONTENT = {"name": "床", "detectors": [{"model": "starter", "confidence": 0.25}], "segmenter": None}


def test_what_is_put_is_read_back_with_who_and_when(project):
    project.recipes.put("床", CONTENT, person="ann")
    with Project.open(project.folder) as again:
        kept = again.recipes.get("床")
        assert again.recipes.all() == [kept]
    assert (kept.name, kept.content, kept.changed_by) == ("床", CONTENT, "ann")
    assert kept.changed_at


def test_a_later_one_of_the_name_takes_its_place(project):
    project.recipes.put("bed", CONTENT, person="ann")
    project.recipes.put("bed", {"name": "bed"}, person="bo")
    (kept,) = project.recipes.all()
    assert (kept.content, kept.changed_by) == ({"name": "bed"}, "bo")


def test_they_come_by_name(project):
    for name in ("b", "c", "a"):
        project.recipes.put(name, CONTENT, person="ann")
    assert [kept.name for kept in project.recipes.all()] == ["a", "b", "c"]


def test_removing_says_whether_there_was_one(project):
    project.recipes.put("bed", CONTENT, person="ann")
    assert project.recipes.remove("bed") is True
    assert project.recipes.remove("bed") is False
    assert project.recipes.get("bed") is None and project.recipes.all() == []


def test_what_is_put_in_a_transaction_that_fails_is_not_kept(project):
    def fail():
        with project.transaction():
            project.recipes.put("bed", CONTENT, person="ann")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert project.recipes.all() == []
