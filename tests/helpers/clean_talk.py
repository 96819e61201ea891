"""Images of which somebody may say that they are clean, and what the checker says to that."""

from collections.abc import Mapping, Sequence

from app.conversations.checks.checking import check_exchange
from app.conversations.checks.findings import FindingKind
from app.core.conversation import Exchange, Kind
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.language import Language
from tests.helpers.talk import facts

STREAK = LabelClass(
    "streak",
    1,
    name_zh="条纹",
    en=Knowledge(noun="streak", plural="streaks", causes=("a nicked or worn blade",)),
    zh=Knowledge(causes=("刮刀刃口磨损",)),
)
SLAG = LabelClass("slag", 2, name_zh="灰渣", en=Knowledge(noun="piece of slag"))
WRINKLE = LabelClass("wrinkle", 3, name_zh="褶皱", en=Knowledge(noun="wrinkle", plural="wrinkles"))
BARE = LabelClass("incomplete_spreading", 4, name_zh="铺粉不完全")
_FORM = {"size": (900, 900), "classes": (STREAK, SLAG, WRINKLE, BARE)}

IMAGES = {
    "none": facts(**_FORM),
    "three": facts(
        [
            (STREAK, (20, 20, 70, 70)),  # top left
            (STREAK, (400, 400, 600, 600)),  # centre
            (WRINKLE, (310, 610, 590, 890)),  # bottom
        ],
        **_FORM,
    ),
    "right": facts([(STREAK, (700, 400, 800, 500))], **_FORM),
    "top": facts([(STREAK, (20, 40, 880, 70))], **_FORM),  # right across
}

Answers = Mapping[tuple[str, str], Sequence[str]]
"""By image and question."""

_KINDS: Mapping[str, Kind] = {
    "Why": "cause", "What causes": "cause", "成因": "cause", "should I do": "remedy",
    "lead to": "remedy", "处理": "remedy", "后果": "remedy",
}  # fmt: skip


def sentences(answers: Answers) -> list[tuple[str, str, str]]:
    """Image, question and answer."""
    return [(*asked, answer) for asked, said in answers.items() for answer in said]


def kinds_of(image: str, question: str, answer: str, language: Language) -> set[FindingKind]:
    kind = next((kind for words, kind in _KINDS.items() if words in question), "presence")
    exchange = Exchange(kind, "", None, question, answer, author="ann")
    return {finding.kind for finding in check_exchange(exchange, IMAGES[image], language)}
