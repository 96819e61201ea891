import pytest

from app.core.comment import MOST_CHARACTERS, Thread, Turn, threads
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


def said(comment):
    return [(turn.person, turn.is_open) for turn in comment.turns]


def test_resolving_and_reopening_keep_who_and_when(project):
    comment = project.comments.add(1, "Too wide.", author="bo")
    project.comments.resolve(comment.id, "ann")
    (resolved,) = project.comments.of_image(1)
    assert not resolved.is_open
    assert said(resolved) == [("ann", False)] and resolved.turns[0].at >= comment.at
    project.comments.reopen(comment.id, "cy")
    (reopened,) = project.comments.of_image(1)
    assert reopened.is_open and said(reopened) == [("ann", False), ("cy", True)]
    assert reopened.turns[0].at < reopened.turns[1].at
    project.comments.resolve(comment.id, "bo")
    assert not project.comments.of_image(1)[0].is_open


def test_who_resolved_it_first_stays(project):
    comment = project.comments.add(1, "Too wide.", author="bo")
    project.comments.reopen(comment.id, "ann")
    project.comments.resolve(comment.id, "ann")
    project.comments.resolve(comment.id, "cy")
    assert said(project.comments.of_image(1)[0]) == [("ann", False)]


def test_the_last_word_counts_even_where_the_clock_was_set_back(project):
    comment = project.comments.add(1, "Too wide.", author="bo")
    project.comments.take_turns(comment.id, [Turn("2099-01-01T00:00:00.000+00:00", "ann", False)])
    project.comments.reopen(comment.id, "bo")
    assert project.comments.of_image(1)[0].is_open


def test_an_answer_belongs_to_the_thread_and_is_dealt_with_with_it(project):
    question = project.comments.add(1, "Is this slag?", author="bo", uid="a" * 32)
    answer = project.comments.reply(question.id, " It is a shadow. ", author="ann")
    more = project.comments.reply(answer.id, "I see.", author="bo")
    assert (answer.parent, more.parent, answer.text) == (question.id,) * 2 + ("It is a shadow.",)
    assert threads(project.comments.of_image(1)) == [Thread(question, (answer, more))]
    assert project.queue.rows([1])[0].has_open_comments
    project.comments.resolve(more.id, "ann")
    (thread,) = threads(project.comments.of_image(1))
    assert not thread.is_open and said(thread.root) == [("ann", False)]
    assert not project.queue.rows([1])[0].has_open_comments


def test_there_is_no_answer_to_nothing(project):
    with pytest.raises(KeyError):
        project.comments.reply(7, "What?", author="ann")
    question = project.comments.add(1, "Is this slag?", author="bo")
    with pytest.raises(UserError):
        project.comments.reply(question.id, "  ", author="ann")
    answer = project.comments.reply(question.id, "No.", author="ann")
    for parent, image_id in ((question.id, 2), (answer.id, 1), (99, 1)):
        with pytest.raises(UserError, match="no such thread"):
            project.comments.take_over(answer, image_id, parent=parent)


def test_answers_without_their_question_are_left_out(project):
    question = project.comments.add(1, "Is this slag?", author="bo")
    answer = project.comments.reply(question.id, "No.", author="ann")
    assert threads([answer]) == []


def test_the_queue_tells_where_something_is_open(project):
    for image_id in (1, 1, 2, 3):
        project.comments.add(image_id, "Look again.", author="bo")
    done = project.comments.of_image(2)[0]
    project.comments.resolve(done.id, "ann")
    waiting = {row.id for row in project.queue.rows([1, 2, 3]) if row.has_open_comments}
    assert waiting == {1, 3}
