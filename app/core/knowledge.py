"""What a process engineer knows of a kind of defect, in the words of one language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Phrases that sentences are made of, without a capital letter or a full stop.

    `name` is what the class is called where its own name is no word for it ("1", "good"), `aliases`
    are other words that people use for it. `noun` and `plural` name what is counted where the class
    name alone can't be ("piece of slag", "pieces of slag"). `appearance` completes "it looks like";
    `causes` and `consequences` are noun phrases that complete "it comes from" and "it leads to";
    `remedies` complete "you should".
    """

    noun: str = ""
    plural: str = ""
    appearance: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    name: str = ""
    aliases: tuple[str, ...] = ()
