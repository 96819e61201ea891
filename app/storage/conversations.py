"""The multimodal records of a project: one conversation for an image and language."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from app.core.batches import batches
from app.core.conversation import Exchange
from app.core.language import LANGUAGES, Language
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now
from app.storage.rows import Row

# The fingerprint is long, so it comes with the first turn alone.
_HEAD = (
    "c.image_id, c.language, iif(position > 0, '', made_of), questions, seed,"
    " approved_by, approved_at, made_with"
)
_TURN = "kind, section, class_id, question, answer, variant, author, reworded_by"
_TURN_AT = 8
_PAGE = 500


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """What is asked and answered of one image in one language.

    `made_of` is the fingerprint of the facts that it was written from (see
    `app.conversations.facts`): it is stale while theirs is another. `questions` names the question
    set, `seed` what its phrasings were chosen with. `approved_at` is UTC in ISO 8601. `made_with`
    stands for the phrasings and the knowledge of classes (see
    `app.conversations.writing.made_with`), "" where that isn't known.
    """

    image_id: int
    language: Language
    made_of: str
    questions: str
    seed: int
    exchanges: tuple[Exchange, ...]
    approved_by: str | None = None
    approved_at: str | None = None
    made_with: str = ""


@dataclass(frozen=True, slots=True)
class ConversationCount:
    """How many images have a conversation, one with a turn by a person, and an approved one."""

    written: int
    edited: int
    approved: int


class ConversationTable:
    """What writes is to be called inside `Project.transaction`."""

    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def of_image(self, image_id: int, language: Language) -> StoredConversation | None:
        return self.of_images([image_id], language).get(image_id)

    def of_images(
        self, image_ids: Iterable[int], language: Language
    ) -> dict[int, StoredConversation]:
        """By image id, in its order; images without a conversation are left out."""
        return {found.image_id: found for found in self._found(image_ids, [language])}

    def all(self, language: Language | None = None) -> Iterator[StoredConversation]:
        """In the order that the images came in; of one language, or of each image all.

        Only a page of them is held at a time, and the caller may write while it walks.
        """
        wanted = LANGUAGES if language is None else [language]
        images = sorted({image_id for each in wanted for image_id in self.image_ids(each)})
        for page in batches(images, _PAGE):
            yield from self._found(page, wanted)

    def _found(
        self, image_ids: Iterable[int], languages: Sequence[Language]
    ) -> Iterator[StoredConversation]:
        """In one query, so that no other writer comes between a conversation and its turns."""
        rows = self._db.rows(
            f"""SELECT {_HEAD}, {_TURN}
                FROM conversation AS c LEFT JOIN exchange AS e USING (image_id, language)
                WHERE c.image_id IN (SELECT value FROM json_each(?))
                    AND c.language IN (SELECT value FROM json_each(?))
                ORDER BY c.image_id, c.language, e.position""",
            [json.dumps(list(image_ids)), json.dumps(languages)],
        )
        for _, turns in groupby(rows, key=itemgetter(0, 1)):
            yield _conversation(list(turns))

    def image_ids(self, language: Language) -> list[int]:
        """Of the images that have a conversation in that language, in their order."""
        rows = self._db.rows(
            "SELECT image_id FROM conversation WHERE language = ? ORDER BY image_id", [language]
        )
        return [image_id for (image_id,) in rows]

    def counts(self) -> dict[Language, ConversationCount]:
        rows = self._db.rows(
            """SELECT language, count(*), count(approved_by), (
                    SELECT count(DISTINCT image_id) FROM exchange
                    WHERE exchange.language = conversation.language AND author IS NOT NULL)
                FROM conversation GROUP BY language"""
        )
        found = {
            language: ConversationCount(written, edited, approved)
            for language, written, approved, edited in rows
        }
        return {each: found.get(each, ConversationCount(0, 0, 0)) for each in LANGUAGES}

    def put(self, *conversations: StoredConversation) -> None:
        """In the place of what those images had in those languages."""
        self._db.executemany(
            "DELETE FROM conversation WHERE image_id = ? AND language = ?",
            [(c.image_id, c.language) for c in conversations],
        )
        self._db.executemany(
            "INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [_head_row(c) for c in conversations],
        )
        self._db.executemany(
            f"INSERT INTO exchange (image_id, language, position, {_TURN})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_turn_row(c, position) for c in conversations for position in range(len(c.exchanges))],
        )

    def approve(self, image_id: int, language: Language | None = None, *, person: str) -> None:
        """The image's conversation in that language, or all; one that is stale counts as approved
        only if it agrees with the labels again. Nothing happens where there is none."""
        self._set_approval(image_id, language, person, now())

    def unapprove(self, image_id: int, language: Language | None = None) -> None:
        self._set_approval(image_id, language, None, None)

    def _set_approval(
        self, image_id: int, language: Language | None, person: str | None, at: str | None
    ) -> None:
        self._db.execute(
            "UPDATE conversation SET approved_by = ?, approved_at = ?"
            " WHERE image_id = ? AND language = coalesce(?, language)",
            [person, at, image_id, language],
        )


def _conversation(rows: Sequence[Row]) -> StoredConversation:
    """Of one row for each turn; of a single one with nothing in it where there is no turn."""
    image_id, language, made_of, questions, seed, *others = rows[0][:_TURN_AT]
    turns = tuple(Exchange(*row[_TURN_AT:]) for row in rows if row[_TURN_AT] is not None)
    return StoredConversation(image_id, language, made_of, questions, seed, turns, *others)


def _head_row(c: StoredConversation) -> Row:
    others = c.approved_by, c.approved_at, c.made_with
    return (c.image_id, c.language, c.made_of, c.questions, c.seed, *others)


def _turn_row(c: StoredConversation, position: int) -> Row:
    e = c.exchanges[position]
    what = e.kind, e.section, e.class_id, e.question, e.answer, e.variant
    return (c.image_id, c.language, position, *what, e.author, e.reworded_by)
