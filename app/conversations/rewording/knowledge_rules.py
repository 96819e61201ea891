"""What is known of a class stays word for word, and nothing is put beside it."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from app.conversations.checks.folding import lowercase, plain
from app.conversations.checks.reading import Lexeme
from app.conversations.rewording.refusals import Refusal
from app.conversations.rewording.reply_words import REPLY_WORDS
from app.conversations.rewording.turns import Turn
from app.core.conversation import Exchange

CERTAIN = frozenset({"presence", "identification"})
"""What labels tell for sure; of causes nobody can be."""

_WORD = re.compile(r"[^\W\d_]+")
_STOPS = re.compile(r"[.!?。！？\n]")
_MARKS = re.compile(r"[.!?。！？\n,;:，；：、]")
_TOLD = ("cause", "consequence")
"""Sections whose answers say what comes of what: they deny nothing that wasn't denied."""

_ENTRY = {"en": 1, "zh": 2}
"""So many words (characters) of its own make something an entry of a list."""

_TALK = {"en": 3, "zh": 4}
"""So many words (characters) of its own make a sentence another one than there was."""

_TELLING = frozenset(
    {"cause", "consequence", "remedy", "tells_cause", "tells_consequence", "tells_remedy"}
)


class _Phrase(NamedTuple):
    """Of what is known of a class, as it stands in a text at characters [start, end)."""

    words: str
    start: int
    end: int


def knowledge_refusals(new: Exchange, turn: Turn) -> Iterator[Refusal]:
    """Against `new` in the place of the turn's exchange."""
    old = turn.exchange
    kept = set(turn.known(old.answer))
    found = _found(kept, new.answer)
    for words in sorted(kept - {phrase.words for phrase in found}):
        yield Refusal("lost", f"the answer does not say {words!r} any more, word for word", words)
    fresh = {w for w in turn.known(new.answer) if not any(w in each for each in kept)}
    for words in sorted(fresh):
        yield Refusal("added", f"the answer says {words!r}, as it did not", words)
    said = lowercase(plain(f"{old.question} {old.answer}"))
    if found:
        yield from _denied(found, old, new, turn)
        yield from _beside(found, new, said, turn)
    if turn.facts.things and new.kind not in CERTAIN:
        yield from _more_of_it(old, new, said, turn)


def _found(kept: Iterable[str], answer: str) -> list[_Phrase]:
    """Where these phrases stand; not by what the checker reads, which goes by longer ones."""
    text = lowercase(plain(answer))
    at = [(text.find(words), words) for words in kept]
    return [_Phrase(words, start, start + len(words)) for start, words in sorted(at) if start >= 0]


def _beside(known: list[_Phrase], new: Exchange, said: str, turn: Turn) -> Iterator[Refusal]:
    """More entries of the list that these phrases are in. `said` is the old turn, lower case."""
    words, answer = REPLY_WORDS[turn.language], lowercase(plain(new.answer))
    entries = [answer[one.end : other.start] for one, other in pairwise(known)]
    last = re.split(_STOPS, answer[known[-1].end :])[0]
    if words.joins_next.match(last):
        entries.append(last)
    opening = re.split(_STOPS, answer[: known[0].start])[-1]
    opening = words.lead_in.sub("", opening)
    begun = words.begins_list.search(opening)
    if words.joins_last.search(opening):
        entries.append(opening[begun.end() :] if begun else opening * (turn.language == "zh"))
    for entry in entries:
        strange = _strange(entry, said, turn)
        if len(strange) >= _ENTRY[turn.language]:
            added = entry.strip(" ,，、；;")
            yield Refusal("added", f"the answer adds {added!r} to what was told", added)


def _denied(known: list[_Phrase], old: Exchange, new: Exchange, turn: Turn) -> Iterator[Refusal]:
    """What turns around what is known: "leads to no damage", "do not sieve the powder"."""
    denials = REPLY_WORDS[turn.language].denials
    before, after = (lowercase(plain(text)) for text in (old.answer, new.answer))
    for phrase in known:
        denial = denials.search(_clause(after, phrase))
        was = phrase._replace(start=before.find(phrase.words))
        if denial and not denials.search(_clause(before, was)):
            words = f"{denial.group()} … {phrase.words}"
            yield Refusal("added", f"the answer denies what was told: {words!r}", words)
    for phrase in known:
        before, after = before.replace(phrase.words, ""), after.replace(phrase.words, "")
    denial = denials.search(after)
    if denial and new.section in _TOLD and not denials.search(before):
        words = denial.group()
        yield Refusal("added", f"the answer denies what was told: {words!r}", words)


def _clause(text: str, phrase: _Phrase) -> str:
    """What stands before the phrase in its own clause."""
    return re.split(_MARKS, text[: phrase.start])[-1]


def _strange(text: str, said: str, turn: Turn) -> list[str]:
    """Words (in Chinese, characters) that stand neither in the old turn, `said`, nor among those
    that only link."""
    links, lexicon = REPLY_WORDS[turn.language].links, turn.labels.lexicon
    if turn.language == "zh":
        for c in turn.facts.classes:
            text = text.replace(lexicon.name(c), "")
        return [c for c in text if c.isalnum() and c not in links and c not in said]
    names = " ".join(word for c in turn.facts.classes for word in lexicon.class_words(c)).lower()
    known = {*_WORD.findall(said), *_WORD.findall(names), *links}
    return [word for word in _WORD.findall(text) if word not in known]


def _more_of_it(old: Exchange, new: Exchange, said: str, turn: Turn) -> Iterator[Refusal]:
    """Sentences about causes, consequences or remedies that no phrase of what is known stands in;
    as many as there were may be in other words."""
    before, after = _bare_sentences(old.answer, turn), _bare_sentences(new.answer, turn)
    for number, sentence in enumerate(after):
        most = _TALK if number < len(before) else _ENTRY
        if len(_strange(sentence, said, turn)) >= most[turn.language]:
            what = f"the answer adds a sentence of its own: {sentence.strip()!r}"
            yield Refusal("added", what, sentence.strip())


def _bare_sentences(text: str, turn: Turn) -> list[str]:
    whole, adds = lowercase(plain(text)), REPLY_WORDS[turn.language].adds
    found, start = [], 0
    lexemes: list[Lexeme] = []
    for part in turn.sentences(text):
        lexemes += part
        end = part[-1].end
        if end < len(whole) and not _STOPS.match(whole[end - 1 : end]):
            continue  # a colon or the like ends no sentence here
        is_known = any(x.meaning.known for x in lexemes)
        tells = any(x.meaning.roles & _TELLING for x in lexemes)
        if not is_known and (tells or adds.match(whole[start:end].lstrip())):
            found.append(whole[start:end])
        start, lexemes = end, []
    return found
