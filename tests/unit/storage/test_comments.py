import pytest

from app.core.comment import MOST_CHARACTERS
from app.core.errors import UserError
from app.storage.project import Project


def test_what_is_added_is_read_back_oldest_first(project):
    first = project.comments.add(1, "  Is this slag?\n看起来像阴影  ", author="ann")
    second = project.comments.add(1, "Too wide.", author="bo", uid="a" * 32)
    assert first.text == "Is this slag?\n看起来像阴影"
    assert second.uid == "a" * 32 and second.is_open
    with Project.open(project.folder) as again:
        assert again.comments.of_image(1) == [first, second]
        assert again.comments.of_image(2) == []


@pytest.mark.parametrize("text", ["", "  \n\t", "x" * (MOST_CHARACTERS + 1)])
def test_an_empty_or_endless_comment_is_refused_and_nothing_is_kept(project, text):
    with pytest.raises(UserError) as told:
        project.comments.add(1, text, author="ann")
    assert told.value.hint
    assert project.comments.of_image(1) == []


def test_the_longest_comment_is_kept_whole(project):
    text = "灰" * MOST_CHARACTERS
    assert project.comments.add(1, text, author="ann").text == text


def test_resolving_says_who_and_when_and_reopening_takes_it_back(project):
    comment = project.comments.add(1, "Too wide.", author="bo")
    project.comments.resolve(comment.id, "ann")
    (resolved,) = project.comments.of_image(1)
    assert not resolved.is_open
    assert resolved.resolved_by == "ann" and resolved.resolved_at >= comment.at
    project.comments.reopen(comment.id)
    assert project.comments.of_image(1) == [comment]


def test_who_resolved_it_first_stays(project):
    comment = project.comments.add(1, "Too wide.", author="bo")
    project.comments.resolve(comment.id, "ann")
    project.comments.resolve(comment.id, "cy")
    assert project.comments.of_image(1)[0].resolved_by == "ann"


def test_open_comments_are_counted_by_image(project):
    for image_id in (1, 1, 2, 3):
        project.comments.add(image_id, "Look again.", author="bo")
    done = project.comments.of_image(2)[0]
    project.comments.resolve(done.id, "ann")
    assert project.comments.open_count([1, 2]) == {1: 2}
    assert project.comments.open_count([]) == {}
    assert [c.image_id for c in project.comments.all_open()] == [1, 1, 3]


def test_very_many_images_can_be_asked_for_at_once(project):
    project.comments.add(3, "Look again.", author="bo")
    assert project.comments.open_count(range(100_000)) == {3: 1}
