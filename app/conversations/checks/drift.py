"""What an answer tells by its shape: a cause, a consequence, a remedy, or nothing at all."""

import re
from collections.abc import Mapping

from app.conversations.checks.cue_words import Topic
from app.core.language import Language

_SHAPES: Mapping[Language, Mapping[Topic, re.Pattern[str]]] = {
    "en": {
        "remedy": re.compile(
            r"\W*(?:just |simply |please |first,? )?(?:replace|clean|wipe|vacuum|sieve|inspect"
            r"|adjust|lower|raise|reduce|increase|decrease|repeat|re-?spread|recoat|dry|exchange"
            r"|swap|scrap|brush|remove|calibrate|tighten|stop (?:the|after|and)|change the)\b"
            r"(?! (?:of|in|is|was|are)\b)",
            re.IGNORECASE,
        ),
        "consequence": re.compile(
            r"\W*(?:they|it|these|this|that)(?: (?:can|may|could|might|will|would|often|usually"
            r"|typically|also))* (?:causes?|leads? to|results? in|weakens?|ends? in|creates?"
            r"|spoils?|ruins?)\b",
            re.IGNORECASE,
        ),
        "cause": re.compile(
            r"\W*(?:because|due to|(?:they|it|these|this|that)(?: (?:usually|often|mostly|typically"
            r"|generally|probably|most likely|may|can))* (?:comes?|stems?|arises?|originates?"
            r"|(?:is|are|was|were) (?:\w+ )?(?:caused|left) by|forms? when|appears? when))\b",
            re.IGNORECASE,
        ),
    },
    "zh": {
        "remedy": re.compile(
            r"\W*(?:请|先|首先|建议|可以|需要?|应当?|把.{1,6})?(?:及时|立即|马上)?(?:更换|换掉|清理"
            r"|清洁|检查|调整|降低|提高|减小|增大|停机|重新铺|擦拭|擦干净|吸走|吸掉|筛分|烘干|暂停)"
        ),
        "consequence": re.compile(
            r"\W*(?:它们?|这|这些)?(?:会|可能会?|容易|往往)*(?:导致|造成|引发|影响|降低零件)"
        ),
        "cause": re.compile(
            r"\W*(?:由于|因为|源于|多由|是由|由|.{1,20}(?:造成|引起|导致|所致)的?\W*$)"
        ),
    },
}
"""Of a whole answer, at its beginning."""

_EMPTY: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\W*(?:it (?:just |simply |sometimes )?happens|that(?:'s| is) how it is|no idea|who knows"
        r"|(?:just )?because|for (?:some|various|several|many) reasons?|there are many reasons"
        r"|it depends|hard to say|i (?:don't|do not) know|bad luck|yes|no|maybe|something)\W*",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"\W*(?:就是这样|偶尔会有|不知道|不清楚|没什么原因|各种原因|很多原因|原因很多|时有发生|难免的?"
        r"|看情况|不好说|有的?|没有|运气不好)\W*"
    ),
}

_STRONG: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\W*(?:replace|scrap|repeat the layer|re-?spread|vacuum|wipe|stop the build|recoat)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"\W*(?:请|立即|马上|应当?|需要?)?(?:更换|换掉|停机|重新铺粉|报废|吸走|擦拭)"),
}
"""What is done about a defect alone, and never with a clean image."""


def told_by_shape(text: str, language: Language) -> frozenset[Topic]:
    return frozenset(s for s, shape in _SHAPES[language].items() if shape.match(text))


def is_empty_talk(text: str, language: Language) -> bool:
    return bool(_EMPTY[language].fullmatch(text))


def intervenes(text: str, language: Language) -> bool:
    return bool(_STRONG[language].match(text))
