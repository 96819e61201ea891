"""YAML that people write, read as texts, lists and mappings alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import yaml
from yaml.resolver import Resolver


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, list or mapping, and the line that it stands in, from 1; in a mapping its key's.

    `reads_as` says what most readers of YAML take a text without quotes for, "" if it is a text to
    them too, or yes and no.
    """

    value: "str | list[Marked] | dict[str, Marked]"
    line: int
    reads_as: str = ""


_READS_AS = {
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "a date",
}


def load_plain(text: str) -> object:
    """What `text` says: mappings, lists and texts; nothing at all is "".

    Raises ValueError, worded for people and naming the line, when it is no YAML.
    """
    with _in_words():
        loaded: object = yaml.load(text, Loader=_PlainLoader)
    return "" if loaded is None else loaded


def load_marked(text: str) -> Marked:
    """As `load_plain`, with the lines. Raises ValueError also for a key that is there twice."""
    with _in_words():
        node = yaml.compose(text, Loader=_PlainLoader)
        return Marked("", 1) if node is None else _marked(node, _line(node.start_mark))


def _marked(node: yaml.Node, line: int) -> Marked:
    if isinstance(node, yaml.MappingNode):
        entries: dict[str, Marked] = {}
        for key, value in node.value:
            at = _line(key.start_mark)
            if not isinstance(key, yaml.ScalarNode):
                raise ValueError(f"a text that begins with {{ or [ must be in quotes, in line {at}")
            if key.value in entries:
                there = entries[key.value].line
                raise ValueError(f"{key.value!r} stands there twice, in line {there} and line {at}")
            entries[key.value] = _marked(value, at)
        return Marked(entries, line)
    if isinstance(node, yaml.SequenceNode):
        return Marked([_marked(each, _line(each.start_mark)) for each in node.value], line)
    return Marked(str(node.value), line, _reads_as(node))


def _reads_as(node: yaml.Node) -> str:
    if node.style:  # type: ignore[attr-defined]
        return ""
    tag = Resolver().resolve(yaml.ScalarNode, node.value, (True, False))  # type: ignore[no-untyped-call]
    return _READS_AS.get(tag, "")


def _line(mark: yaml.Mark) -> int:
    return mark.line + 1


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    except yaml.MarkedYAMLError as error:
        line = f" in line {_line(error.problem_mark)}" if error.problem_mark else ""
        raise ValueError(f"{error.problem or error.context}{line}") from error
    except yaml.YAMLError as error:
        raise ValueError(str(error).split("\n", 1)[0]) from error


class _PlainLoader(yaml.BaseLoader):
    """Lists, mappings and texts only, so a class may be called `on` or `1`.

    Aliases are refused: nine lines of them can stand for more entries than memory holds.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="aliases are not allowed here",
                problem_mark=self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        node: yaml.Node | None = super().compose_node(parent, index)
        return node
