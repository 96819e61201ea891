"""What VLMs answered to surveys, survey by survey."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.geometry import Box
from app.core.language import Language
from app.core.scores import ClassBox
from app.core.survey import Survey, SurveyAnswer, Topic
from app.storage.database import ProjectDatabase
from app.storage.edit_log import now
from app.storage.following import Follower
from app.storage.rows import Row

_COLUMNS = "id, key, name, model, vlm, language, settings, actor, started_at"
_ANSWER = "image_id, kind, class_id, question, answer, is_there, boxes, problem"


@dataclass(frozen=True, slots=True)
class SurveyKey:
    """What makes two surveys the same one: continued, not begun anew. `settings` is JSON-ready."""

    model: str
    vlm: str
    language: Language
    settings: Mapping[str, object]

    @property
    def text(self) -> str:
        return _to_json([self.model, self.vlm, self.language, self.settings])


class SurveyTable:
    """What writes is to be called inside `Project.transaction`."""

    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def open(self, key: SurveyKey, *, name: str, actor: str) -> Survey:
        """The survey with this key, begun now where there is none yet.

        A new one is called `name`, or with a number behind it where another is called that.
        """
        kept = self.find(key)
        if kept is not None:
            return kept
        taken = {survey.name for survey in self.all()}
        numbered = (f"{name} ({n})" for n in range(2, len(taken) + 2))
        free = name if name not in taken else next(each for each in numbered if each not in taken)
        self._db.execute(
            "INSERT INTO survey (key, name, model, vlm, language, settings, actor, started_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                key.text,
                free,
                key.model,
                key.vlm,
                key.language,
                _to_json(key.settings),
                actor,
                now(),
            ],
        )
        begun = self.find(key)
        assert begun is not None
        return begun

    def find(self, key: SurveyKey) -> Survey | None:
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM survey WHERE key = ?", [key.text])
        return _survey(rows[0]) if rows else None

    def all(self) -> list[Survey]:
        """In the order in which they were begun."""
        return [_survey(row) for row in self._db.rows(f"SELECT {_COLUMNS} FROM survey ORDER BY id")]

    def answers(self, survey_id: int) -> list[SurveyAnswer]:
        """Image by image, in the order of their topics; none about classes that have gone."""
        follower = Follower.read(self._db)
        rows = self._db.rows(
            f"SELECT {_ANSWER} FROM survey_answer WHERE survey_id = ? ORDER BY image_id, position",
            [survey_id],
        )
        return [_answer(row, follower) for row in rows if not follower.has_gone(row[2])]

    def asked(self, survey_id: int) -> frozenset[tuple[int, Topic]]:
        """Image ids and what was asked of them and answered."""
        rows = self._db.rows(
            "SELECT image_id, kind, class_id FROM survey_answer WHERE survey_id = ?", [survey_id]
        )
        return frozenset((image_id, Topic(kind, class_id)) for image_id, kind, class_id in rows)

    def put(self, survey_id: int, answers: Iterable[SurveyAnswer]) -> None:
        """In the place of what was answered to the same questions."""
        self._db.executemany(
            f"INSERT OR REPLACE INTO survey_answer (survey_id, position, {_ANSWER})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_answer_row(survey_id, answer) for answer in answers],
        )

    def remove(self, survey_id: int) -> None:
        """With its answers."""
        self._db.execute("DELETE FROM survey WHERE id = ?", [survey_id])


def _survey(row: Row) -> Survey:
    survey_id, key, name, model, vlm, language, settings, actor, started_at = row
    told = json.loads(settings)
    return Survey(survey_id, key, name, model, vlm, language, told, actor, started_at)


def _answer(row: Row, follower: Follower) -> SurveyAnswer:
    image_id, kind, class_id, question, answer, is_there, boxes, problem = row
    return SurveyAnswer(
        image_id,
        Topic(kind, class_id),
        question,
        answer,
        None if is_there is None else bool(is_there),
        tuple(ClassBox(of and follower.now(of), Box(*at)) for of, *at in json.loads(boxes)),
        problem,
    )


def _answer_row(survey_id: int, a: SurveyAnswer) -> Row:
    boxes = _to_json([[each.class_id, *each.box.corners] for each in a.boxes])
    said = (a.question, a.answer, a.is_there, boxes, a.problem)
    return (survey_id, a.topic.position, a.image_id, a.topic.kind, a.topic.class_id, *said)


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
