"""What a project file holds, table by table."""

from functools import cached_property
from typing import TYPE_CHECKING

from app.storage.annotations import AnnotationTable
from app.storage.balance import BalanceTable
from app.storage.classes import ClassTable
from app.storage.comments import CommentTable
from app.storage.conversations import ConversationTable
from app.storage.database import ProjectDatabase
from app.storage.disagreements import DisagreementTable
from app.storage.edit_log import EditLog
from app.storage.images import ImageTable
from app.storage.people import PersonTable
from app.storage.queue import QueueTable
from app.storage.review_draws import ReviewDrawTable
from app.storage.runs import RunTable
from app.storage.second import SecondTable
from app.storage.settings import SettingTable
from app.storage.undo_line import UndoLine
from app.storage.visits import VisitTable

if TYPE_CHECKING:
    from app.storage.quality import QualityTable
    from app.storage.question_sets import QuestionSetTable
    from app.storage.recipes import RecipeTable
    from app.storage.splits import SplitTable
    from app.storage.surveys import SurveyTable


class Tables:
    """All of one connection. Those that no start of the window needs are loaded when they are first
    asked for.
    """

    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db
        self.classes = ClassTable(db)
        self.images = ImageTable(db)
        self.queue = QueueTable(db)
        self.annotations = AnnotationTable(db)
        self.log = EditLog(db)
        self.undo_line = UndoLine(db)
        self.runs = RunTable(db)
        self.conversations = ConversationTable(db)
        self.settings = SettingTable(db)
        self.visits = VisitTable(db)
        self.comments = CommentTable(db)
        self.people = PersonTable(db)
        self.second = SecondTable(db)
        self.review_draws = ReviewDrawTable(db)
        self.disagreements = DisagreementTable(db)
        self.balance = BalanceTable(db)

    @cached_property
    def question_sets(self) -> "QuestionSetTable":
        from app.storage.question_sets import QuestionSetTable

        return QuestionSetTable(self._db)

    @cached_property
    def recipes(self) -> "RecipeTable":
        from app.storage.recipes import RecipeTable

        return RecipeTable(self._db)

    @cached_property
    def quality(self) -> "QualityTable":
        from app.storage.quality import QualityTable

        return QualityTable(self._db)

    @cached_property
    def surveys(self) -> "SurveyTable":
        from app.storage.surveys import SurveyTable

        return SurveyTable(self._db)

    @cached_property
    def splits(self) -> "SplitTable":
        from app.storage.splits import SplitTable

        return SplitTable(self._db)
