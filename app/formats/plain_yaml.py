"""YAML that people write, read as texts, lists and mappings alone."""

import yaml


def load_plain(text: str) -> object:
    """What `text` says: mappings, lists and texts; nothing at all is "".

    Raises ValueError, worded for people and naming the line, when it is no YAML.
    """
    try:
        loaded: object = yaml.load(text, Loader=_PlainLoader)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ValueError(f"{error.problem or error.context}{line}") from error
    except yaml.YAMLError as error:
        raise ValueError(str(error).split("\n", 1)[0]) from error
    return "" if loaded is None else loaded


class _PlainLoader(yaml.BaseLoader):
    """Lists, mappings and texts only, so a class may be called `on` or `1`.

    Aliases are refused: nine lines of them can stand for more entries than memory holds.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed here")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node
