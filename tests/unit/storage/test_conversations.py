"""Conversations as they stand in the project file."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.conversation import KINDS, Exchange
from app.core.language import LANGUAGES
from app.storage import conversations as module
from app.storage.conversations import ConversationCount, StoredConversation
from app.storage.project import Project

ASKED = Exchange("presence", "asked", 2, "Is there any slag?", "No slag <image>.")
ADDED = Exchange("cause", "", None, "为什么？", "刮刀磨损。", 3, "li")
NONE = ConversationCount(0, 0, 0)


def _written(image_id, language, *exchanges):
    return StoredConversation(image_id, language, "{}", "powder-bed", 7, exchanges)


def _put(project, *conversations):
    with project.transaction():
        project.conversations.put(*conversations)


texts = st.text(st.characters(exclude_categories=["Cs"]))
exchanges = st.builds(
    Exchange,
    kind=st.sampled_from(KINDS),
    section=texts,
    class_id=st.none() | st.sampled_from([1, 2]),
    question=texts,
    answer=texts,
    variant=st.integers(0, 2**31),
    author=st.none() | texts,
    reworded_by=st.none() | texts,
)
conversations = st.builds(
    StoredConversation,
    image_id=st.sampled_from([1, 2, 3]),
    language=st.sampled_from(LANGUAGES),
    made_of=texts,
    questions=texts,
    seed=st.integers(-(2**63), 2**63 - 1),
    exchanges=st.lists(exchanges, max_size=4).map(tuple),
    approved_by=st.none() | texts,
    approved_at=st.none() | texts,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=st.lists(conversations, max_size=6, unique_by=lambda c: (c.image_id, c.language)),
    page=st.integers(1, 3),
)
def test_what_is_put_is_read_back_in_the_order_of_the_images(project: Project, wanted, page):
    with project.transaction():
        project.conversations._db.execute("DELETE FROM conversation")
    _put(project, *wanted)

    ordered = sorted(wanted, key=lambda c: (c.image_id, c.language))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PAGE", page)
        assert list(project.conversations.all()) == ordered
        for language in LANGUAGES:
            of_language = [c for c in ordered if c.language == language]
            assert list(project.conversations.all(language)) == of_language
            found = project.conversations.of_images([3, 1, 2, 99], language)
            assert list(found.items()) == [(c.image_id, c) for c in of_language]
            assert project.conversations.image_ids(language) == list(found)


def test_putting_another_leaves_nothing_of_the_one_before(project):
    _put(project, _written(1, "en", ASKED, ADDED, ASKED), _written(1, "zh", ADDED))
    _put(project, _written(1, "en", ADDED))

    assert project.conversations.of_image(1, "en") == _written(1, "en", ADDED)
    assert project.conversations.of_image(1, "zh") == _written(1, "zh", ADDED)
    assert project.conversations.of_image(2, "en") is None


def test_it_is_kept_when_the_project_is_opened_again(project):
    _put(project, _written(2, "zh", ASKED, ADDED))
    project.close()

    with Project.open(project.folder) as again:
        assert again.conversations.of_image(2, "zh") == _written(2, "zh", ASKED, ADDED)


def test_an_approval_says_who_and_when_and_can_be_taken_back(project):
    _put(project, _written(1, "en", ASKED), _written(1, "zh", ASKED))

    with project.transaction():
        project.conversations.approve(1, "en", person="wang")
    approved = project.conversations.of_image(1, "en")
    assert approved.approved_by == "wang" and approved.approved_at
    assert replace(approved, approved_by=None, approved_at=None) == _written(1, "en", ASKED)
    assert project.conversations.of_image(1, "zh").approved_by is None

    with project.transaction():
        project.conversations.unapprove(1, "en")
    assert project.conversations.of_image(1, "en") == _written(1, "en", ASKED)


def test_all_languages_of_an_image_are_approved_together(project):
    _put(project, *(_written(n, language, ASKED) for n in (1, 2) for language in LANGUAGES))

    with project.transaction():
        project.conversations.approve(1, person="wang")
    assert [c.approved_by for c in project.conversations.all()] == ["wang", "wang", None, None]

    with project.transaction():
        project.conversations.unapprove(1)
    assert [c.approved_at for c in project.conversations.all()] == [None] * 4


def test_counts_are_of_images_by_language(project):
    assert project.conversations.counts() == {"en": NONE, "zh": NONE}
    approved = replace(_written(3, "en", ASKED), approved_by="wang", approved_at="now")
    _put(project, _written(1, "en", ADDED, ADDED), _written(2, "en", ASKED), approved)

    assert project.conversations.counts() == {"en": ConversationCount(3, 1, 1), "zh": NONE}


def test_it_goes_with_its_image(project):
    _put(project, _written(1, "en", ASKED), _written(2, "en", ASKED))

    with project.transaction():
        project._db.execute("DELETE FROM image WHERE id = 1")
    assert project.conversations.image_ids("en") == [2]
    assert project._db.rows("SELECT image_id FROM exchange") == [(2,)]
    assert project.integrity_problems() == []


def test_a_transaction_that_fails_keeps_what_was_there(project):
    _put(project, _written(1, "en", ASKED))

    def fail():
        with project.transaction():
            project.conversations.put(_written(1, "en", ADDED), _written(2, "en", ADDED))
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    assert list(project.conversations.all()) == [_written(1, "en", ASKED)]


def test_the_caller_may_write_while_it_walks(project, monkeypatch):
    monkeypatch.setattr(module, "_PAGE", 1)
    _put(project, *(_written(n, "en", ASKED) for n in (1, 2, 3)))

    for conversation in project.conversations.all("en"):
        _put(project, replace(conversation, exchanges=(ADDED,)))

    assert [c.exchanges for c in project.conversations.all()] == [(ADDED,)] * 3
