"""What a box can be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.core.knowledge import Knowledge
from app.core.language import Language

_COLOUR = re.compile(r"#[0-9a-f]{6}")

PALETTE = (
    "#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#42d4f4",
    "#f032e6", "#bfef45", "#fabed4", "#469990", "#dcbeff", "#9a6324",
)  # fmt: skip
"""For classes without a colour: these stay apart for most colour-blind eyes (S. Trubetskoy)."""


@dataclass(frozen=True, slots=True)
class LabelClass:
    """One kind of defect.

    `id` never changes and is never reused; the index written to a file comes from the order of the
    classes, not from it. 0 stands for a class that no project holds yet.
    `colour` is "#rrggbb" in lower case, "" for the next of PALETTE; `hotkey` a character or "".
    `prompts` are English phrases for text-prompted detectors. `en` and `zh` are what records say of
    it in English and Chinese. `target_count` is how many boxes the team wants, 0 for no target.

    Raises ValueError for a name without a visible character or with a line break, or a bad colour.
    """

    name: str
    id: int = 0
    name_zh: str = ""
    colour: str = ""
    hotkey: str = ""
    definition: str = ""
    prompts: tuple[str, ...] = ()
    en: Knowledge = field(default_factory=Knowledge)
    zh: Knowledge = field(default_factory=Knowledge)
    target_count: int = 0

    def __post_init__(self) -> None:
        if not self.name.strip() or self.name.splitlines() != [self.name]:
            raise ValueError(
                f"a class name must be one line with visible characters: {self.name!r}"
            )
        if self.colour and not _COLOUR.fullmatch(self.colour):
            raise ValueError(f"class {self.name!r}: colour {self.colour!r} is not like #1e90ff")
        if len(self.hotkey) > 1:
            raise ValueError(
                f"class {self.name!r}: hotkey {self.hotkey!r} is more than one character"
            )

    def knowledge(self, language: Language) -> Knowledge:
        return self.zh if language == "zh" else self.en

    def label(self, language: Language) -> str:
        """What it is called in records of that language, in sentences and beside boxes."""
        chinese = self.zh.name or self.name_zh if language == "zh" else ""
        return chinese or self.en.name or self.name


def same_name(a: str, b: str) -> bool:
    """Whether two class names mean the same but for case, spaces, hyphens and underscores."""
    return _folded(a) == _folded(b)


def find_class(name: str, classes: Sequence[LabelClass]) -> LabelClass | None:
    """The class of that name or Chinese name; case, spaces, hyphens and underscores are one."""
    exact = (c for c in classes if name in (c.name, c.name_zh))
    alike = (c for c in classes if same_name(name, c.name))
    return next(exact, None) or next(alike, None)


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())
