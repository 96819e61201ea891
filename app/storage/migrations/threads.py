"""Step 27: comments are answered under the first of them, and dealt with as a whole."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m027_threads(db: Database) -> None:
    run(
        db,
        # Of an answer, the comment that its thread began with.
        "ALTER TABLE comment ADD COLUMN parent INTEGER REFERENCES comment (id) ON DELETE CASCADE",
        # Kept for the queue. 1: the comment begins a thread that nobody has dealt with.
        "ALTER TABLE comment ADD COLUMN is_open INTEGER NOT NULL DEFAULT 1"
        " CHECK (is_open IN (0, 1))",
        # Every time that somebody said that a thread is dealt with, or that it isn't.
        """CREATE TABLE comment_turn (
            comment_id INTEGER NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
            at TEXT NOT NULL,
            person TEXT NOT NULL,
            is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
            PRIMARY KEY (comment_id, at, is_open, person)) WITHOUT ROWID""",
        """CREATE TRIGGER comment_answers_the_first BEFORE INSERT ON comment
            WHEN NEW.parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM comment
                WHERE id = NEW.parent AND parent IS NULL AND image_id = NEW.image_id)
            BEGIN SELECT RAISE(ABORT, 'flawmark: no such thread'); END""",
        """CREATE TRIGGER comment_answer_is_not_open AFTER INSERT ON comment
            WHEN NEW.parent IS NOT NULL
            BEGIN UPDATE comment SET is_open = 0 WHERE id = NEW.id; END""",
        # The last word counts; of two at the same time, that it isn't dealt with.
        """CREATE TRIGGER comment_turns AFTER INSERT ON comment_turn BEGIN
            UPDATE comment SET is_open = (SELECT is_open FROM comment_turn
                    WHERE comment_id = NEW.comment_id ORDER BY at DESC, is_open DESC LIMIT 1)
                WHERE id = NEW.comment_id AND parent IS NULL; END""",
        """INSERT INTO comment_turn SELECT id, resolved_at, resolved_by, 0 FROM comment
            WHERE resolved_by IS NOT NULL AND resolved_at IS NOT NULL""",
        "ALTER TABLE comment DROP COLUMN resolved_by",
        "ALTER TABLE comment DROP COLUMN resolved_at",
    )
