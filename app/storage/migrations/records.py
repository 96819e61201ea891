"""Steps from 14 on: multimodal records."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m014_conversations_in_two_languages(db: Database) -> None:
    # `knowledge`: JSON of what `app.core.knowledge` holds, by language.
    # `made_of`: the fingerprint of the facts that the conversation was written from; it is stale
    # while theirs is another, so no trigger need know what a conversation speaks of.
    run(
        db,
        "ALTER TABLE label_class ADD COLUMN knowledge TEXT NOT NULL DEFAULT '{}'",
        """UPDATE label_class SET knowledge = json_object('en', json_object(
                'causes', json(causes), 'remedies', json(remedies)))
            WHERE causes <> '[]' OR remedies <> '[]'""",
        "ALTER TABLE label_class DROP COLUMN causes",
        "ALTER TABLE label_class DROP COLUMN remedies",
        "DROP TRIGGER conversation_stale_after_insert",
        "DROP TRIGGER conversation_stale_after_delete",
        "DROP TRIGGER conversation_stale_after_update",
        "DROP TRIGGER conversation_stale_after_normal",
        "DROP TRIGGER conversation_stale_after_class",
        "DROP TRIGGER conversation_stale_after_rename",
        "DROP TABLE turn",
        "DROP TABLE conversation",
        """CREATE TABLE conversation (
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            language TEXT NOT NULL,
            made_of TEXT NOT NULL,
            questions TEXT NOT NULL,
            seed INTEGER NOT NULL,
            approved_by TEXT,
            approved_at TEXT,
            PRIMARY KEY (image_id, language)) WITHOUT ROWID""",
        # Answers what is counted without touching the rows themselves.
        "CREATE INDEX conversation_by_language ON conversation (language, approved_by)",
        """CREATE TABLE exchange (
            image_id INTEGER NOT NULL,
            language TEXT NOT NULL,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL,
            section TEXT NOT NULL,
            class_id INTEGER REFERENCES label_class (id),
            variant INTEGER NOT NULL,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            author TEXT,
            PRIMARY KEY (image_id, language, position),
            FOREIGN KEY (image_id, language) REFERENCES conversation ON DELETE CASCADE)
            WITHOUT ROWID""",
        """CREATE INDEX exchange_by_people ON exchange (language, author)
            WHERE author IS NOT NULL""",
        """CREATE TABLE question_set (
            name TEXT NOT NULL,
            language TEXT NOT NULL,
            yaml TEXT NOT NULL,
            changed_by TEXT NOT NULL,
            changed_at TEXT NOT NULL,
            PRIMARY KEY (name, language)) WITHOUT ROWID""",
    )


@migrations()
def m015_conversations_know_what_they_are_made_with(db: Database) -> None:
    # "" is what no phrasings are: what was written before is written anew when it is next used.
    run(db, "ALTER TABLE conversation ADD COLUMN made_with TEXT NOT NULL DEFAULT ''")
