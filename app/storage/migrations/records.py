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


@migrations()
def m016_words_of_language_models(db: Database) -> None:
    # What a language model on a server worded; NULL for what templates or people did.
    run(db, "ALTER TABLE exchange ADD COLUMN reworded_by TEXT")


@migrations()
def m017_surveys(db: Database) -> None:
    run(
        db,
        # One series of questions to one VLM. The same key goes on with the same survey.
        """CREATE TABLE survey (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            model TEXT NOT NULL,
            vlm TEXT NOT NULL,
            language TEXT NOT NULL,
            settings TEXT NOT NULL,
            actor TEXT NOT NULL,
            started_at TEXT NOT NULL)""",
        # is_there is NULL where the answer says neither yes nor no. Boxes are JSON, in pixels of
        # the upright image: [[class id or null, left, top, right, bottom], ...].
        """CREATE TABLE survey_answer (
            survey_id INTEGER NOT NULL REFERENCES survey (id) ON DELETE CASCADE,
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('presence', 'where')),
            class_id INTEGER REFERENCES label_class (id) ON DELETE CASCADE,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            is_there INTEGER CHECK (is_there IN (0, 1)),
            boxes TEXT NOT NULL,
            problem TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (survey_id, image_id, position)) WITHOUT ROWID""",
        "CREATE INDEX survey_answer_by_image ON survey_answer (image_id)",
    )
