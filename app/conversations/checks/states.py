"""What a sentence calls clean or faulty, and how much of the image it speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from app.conversations.checks.claims import Reach, State
from app.conversations.checks.polarity import calls_clean
from app.conversations.checks.regions import Region, regions_in
from app.conversations.checks.sentence import Sentence
from app.conversations.checks.state_words import STATE_WORDS, StateWords
from app.core.language import Language

_WORDS_TO_NOUN = 3
"""So many words of its own may stand before the noun: "a normal, freshly printed layer"."""


def states_in(sentence: Sentence, language: Language) -> Iterator[State]:
    """What is called clean or faulty, as far as that is the photo and what it shows."""
    last: State | None = None
    for i, says in sentence.says.items():
        if says == "perhaps":
            continue
        told = _Told(sentence, i, language)
        if told.is_clean is None or not told.is_of_photo:
            continue
        state = told.state(told.is_clean)
        if last and last.reach == "part" and not state.is_named:
            state = replace(state, reach="part", regions=last.regions, is_named=True)
        last = state
        yield state


@dataclass(frozen=True)
class _Told:
    """The phrase at `at` of the sentence, which says "clean", "defect" or the like."""

    sentence: Sentence
    at: int
    language: Language

    @property
    def _words(self) -> StateWords:
        return STATE_WORDS[self.language]

    @cached_property
    def _around(self) -> tuple[str, str]:
        return self.sentence.around(self.at)

    @cached_property
    def _text(self) -> str:
        before, after = self._around
        return f"{before}{self.sentence.words(self.at)}{after}"

    @cached_property
    def _regions(self) -> tuple[Region, ...]:
        text = self._text
        if self._words.same_place.search(text):
            text = self.sentence.text_before(self.at)
        return regions_in(text, self.language)

    @cached_property
    def _is_scene(self) -> bool:
        return bool(self._words.scene.search(self._text))

    @property
    def is_clean(self) -> bool | None:
        """None where nothing is said of anything: "the defect"."""
        x, is_so = self.sentence.lexemes[self.at], self.sentence.says[self.at] == "there"
        if calls_clean(x):
            return is_so
        if x.has("faulty"):
            return not is_so
        if not x.has("defect"):
            return None
        if not is_so:
            return True
        is_told = self._is_scene and self._words.there_is.search(self._around[0])
        return False if is_told else None

    @property
    def is_of_photo(self) -> bool:
        words, before = self._words, self._around[0]
        behind = self.sentence.text_before(self.at)
        is_wanted = (
            words.wished.search(before)
            or words.done.search(self._text)
            or words.condition.search(behind)
        )
        is_narrow = (
            words.of_kind.search(self._text)
            or any(y.has("regards") for y in self.sentence.clause_before(self.at))
            or self._is_of_class
            or any(y.has("supposing") for y in self.sentence.clause(self.at))
            or (not self._regions and words.nearby.search(self._text))
        )
        has_place = self._is_scene or bool(self._regions)
        if is_wanted or is_narrow or (not has_place and words.others.search(before)):
            return False
        return not calls_clean(self.sentence.lexemes[self.at]) or self._is_statement

    @property
    def _is_of_class(self) -> bool:
        """Whether it speaks of a class in its clause: "no slag problem", "the streak is fine"."""
        x, clause = self.sentence.lexemes[self.at], self.sentence.clause(self.at)
        named = [y for y in clause if y.meaning.class_id is not None]
        if any(y.has("limit") or y.has("except") for y in clause):
            return False
        if not calls_clean(x) or x.has("negation"):
            return bool(named)
        if any(y.start < x.start for y in named):
            return not self._words.scene.search(self._around[0])
        return any(y.at == x.to for y in named)

    @property
    def _is_statement(self) -> bool:
        """Whether it says that something is clean, and isn't just put before a noun."""
        words, (before, after) = self._words, self._around
        is_whole = self.sentence.lexemes[self.at].has("clean_state")
        if is_whole or words.denies.match(self.sentence.words(self.at)):
            return True
        if words.goes_on.match(after):
            return True
        scene = words.scene.search(after)
        if words.is_a is None:
            between = after[: scene.start()].split() if scene else []
            are_its_own = not any(words.goes_on.match(word) for word in between)
            return bool(scene) and are_its_own and len(between) <= _WORDS_TO_NOUN
        stands_alone = scene and not before.strip() and not after[scene.end() :].strip("的像 ")
        return bool(stands_alone or words.is_a.search(before))

    def state(self, is_clean: bool) -> State:
        sentence, regions = self.sentence, self._regions
        reach: Reach = "part" if regions else "image"
        if self._is_of_rest:
            reach, regions = "rest", regions_in(sentence.own_text, self.language)
        elif not regions and is_clean and sentence.goes_on_but(self.at):
            reach = "rest"
        is_named = self._is_scene or bool(self._regions)
        words = sentence.words(self.at)
        return State(words, sentence.number, is_clean, reach, regions, is_named)

    @property
    def _is_of_rest(self) -> bool:
        """Also where a clause of its own opens the sentence so: "otherwise, the bed is clean"."""
        clause, before = self.sentence.clause(self.at), self.sentence.clause_before(self.at)
        if all(y.meaning.class_id is None for y in before):
            clause = [*before, *clause]
        return self.sentence.any("except") or any(y.has("limit") for y in clause)
