"""What the sources can say in an error: its templates, read from the code without running it.

A template is the text of an f-string whose placeholders are named after the values they show:
`f"{shown(path)} is empty"` is "{path} is empty".
"""

import ast
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args, get_type_hints

from app.formats.base import Problem
from tests.helpers.written_modules import ROOT, Module, modules

PLACEHOLDER = re.compile(r"\{([A-Za-z_][\w.]*)\}")

_ERRORS = frozenset(
    (
        *("UserError", "OutdatedError", "ServerUnusableError", "NotEmbeddedError"),
        *("LibraryMissingError", "DeviceFailedError", "BadPhoto", "UnreadableError", "BadRowError"),
        *("PhrasingError", "NoAnswerError", "_Doubt"),
    )
)
"""UserError, what derives from it, and what becomes one with its words as they are."""

_VALUES = frozenset(
    f"app.{module}"
    for module in (
        *("core.recipe", "core.chat", "core.label_class", "core.text_query"),
        *("formats.plain_yaml", "formats.server_yaml", "formats.label_set"),
        *("formats.recipe_yaml", "formats.question_yaml", "shell.frame.preferences"),
    )
)
"""Where a ValueError says what is wrong with what a person wrote; a UserError repeats it."""

_TOLD = {
    "app.formats.fitting": "said",
    "backends.ultralytics_yolo": "told",
    "backends.recipe": "nothing",
}
"""Names within functions whose texts reach a report."""

_TABLES = {"app.storage.failures": ("_CAUSES",)}
"""Tables whose texts reach errors by another way than a look-up of one text."""

_SAYERS = {
    "app.services.shelf_model": ("_changed",),
    "app.services.classes": ("_uses",),
    "app.services.survey": ("_notes",),
    "app.services.export": ("_selection_notes",),
    "app.services.splits": ("_left_out_notes", "loose_notes", "split_notes", "_words"),
    "app.services.leaks": ("leak_notes", "words"),
    "app.services.training_mix": ("notes",),
    "app.services.record_sampling": ("sampling_notes", "share_notes"),
    "app.services.spoken_names": ("name_notes", "what_is_wrong"),
    "app.services.converse": ("_notes",),
    "app.services.export_records": ("notes", "_how_to_train"),
    "app.services.record_exactness": ("notes", "_cost_words"),
    "app.services.record_fineness": ("words", "_advice"),
    "app.formats.fitting": ("size_problem",),
    "backends.ultralytics_yolo": ("_ignored",),
}
"""Functions that say what is wrong, for an error or report that is made elsewhere."""

_MOST_STEPS = 8
_MOST_TEXTS = 40


def errors_unread() -> set[str]:
    """Kinds of UserError that `Reader` would pass over."""
    derived = (
        node.name
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and any(_dotted(base).rpartition(".")[2] in _ERRORS for base in node.bases)
    )
    return set(derived) - _ERRORS


class Reader:
    """Collects templates; `nested` are those that stand in the place of a value of another."""

    def __init__(self) -> None:
        self.templates: dict[str, str] = {}

    def read_all(self) -> Mapping[str, str]:
        """Template to the file that says it, in the order of the files."""
        for name, module in modules().items():
            if name.startswith("app.commands"):
                continue  # said on the command line alone
            for call, function in module.calls:
                for told in _told(call, name):
                    self._keep(self.texts(told, module, function), module)
            self._read_others(name, module)
        for outcome in get_args(get_type_hints(Problem)["outcome"]):
            self.templates[f"{{problem}} ({outcome})"] = "app/formats/base.py"
        return self.templates

    def _read_others(self, name: str, module: Module) -> None:
        """What is not said in a call."""
        for said in _SAYERS.get(name, ()):
            self._keep(self._returned(module.functions[said], module, 0), module)
        for node in ast.walk(module.tree) if name in _TOLD else ():
            if isinstance(node, ast.FunctionDef):
                self._keep(self._of_name(_TOLD[name], module, node, 0), module)
        for table in _TABLES.get(name, ()):
            for node in ast.walk(module.constants[table]):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    self._keep([node.value], module)

    def _keep(self, texts: Iterable[str], module: Module) -> None:
        for text in sorted(texts):
            without_value = re.search(r": \.?$", text)  # of a reason that there is none of
            if re.search("[A-Za-z]", PLACEHOLDER.sub("", text)) and not without_value:
                self.templates.setdefault(_numbered(text), str(module.file.relative_to(ROOT)))

    def texts(
        self, node: ast.expr, module: Module, function: ast.FunctionDef | None, step: int = 0
    ) -> frozenset[str]:
        """All that an expression can say, as far as that is written in words."""
        unknown = frozenset({"{" + placeholder_name(node) + "}"})
        if step > _MOST_STEPS:
            return unknown
        go = lambda each: self.texts(each, module, function, step + 1)  # noqa: E731
        match node:
            case ast.Constant(value=str() as text):
                return frozenset({text})
            case ast.JoinedStr(values=parts):
                return self._product([self._part(p, module, function, step) for p in parts])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                both = self._product([go(left), go(right)])
                return both if any(map(_is_words, both)) else unknown
            case ast.IfExp(body=body, orelse=other):
                return go(body) | go(other)
            case ast.BoolOp(op=ast.Or(), values=values):
                return frozenset().union(*map(go, values))
            case ast.Name(id=name):
                return self._of_name(name, module, function, step) or unknown
        return self._looked_up(node, module, step) or unknown

    def _looked_up(self, node: ast.expr, module: Module, step: int) -> frozenset[str]:
        """In a table of the module, or by calling one of its functions."""
        match node:
            case ast.Subscript(value=ast.Name(id=name)) if name in module.constants:
                return self._of_table(module.constants[name], module, step)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=args) if (
                name in module.constants
            ):
                otherwise = [self.texts(each, module, None, step + 1) for each in args[1:]]
                table = self._of_table(module.constants[name], module, step)
                return table.union(*otherwise) if table else table
            case ast.Call(func=ast.Name(id=name)) if name in module.functions:
                return self._returned(module.functions[name], module, step)
        return frozenset()

    def _part(
        self, part: ast.expr, module: Module, function: ast.FunctionDef | None, step: int
    ) -> frozenset[str]:
        if not isinstance(part, ast.FormattedValue):
            return self.texts(part, module, function, step + 1)
        unknown = frozenset({"{" + placeholder_name(part.value) + "}"})
        if part.conversion != -1 or part.format_spec is not None:
            return unknown
        found = self.texts(part.value, module, function, step + 1)
        if _is_written_here(part.value, module, function) and any(map(_is_words, found)):
            return found
        self._keep((t for t in found if _stands_alone(t)), module)
        return unknown

    def _product(self, parts: list[frozenset[str]]) -> frozenset[str]:
        texts = frozenset("".join(each) for each in itertools.product(*parts))
        assert len(texts) <= _MOST_TEXTS, sorted(texts)[:3]
        return texts

    def _of_name(
        self, name: str, module: Module, function: ast.FunctionDef | None, step: int
    ) -> frozenset[str]:
        if function is not None:
            given = [v for n, v in _assigned(function) if n == name]
            if given:
                each = (self.texts(v, module, function, step + 1) for v in given)
                return frozenset().union(*each)
            if name in _parameters(function):
                return self._passed(name, function, module, step)
        if name in module.constants:
            return self.texts(module.constants[name], module, None, step + 1)
        home = modules().get(module.imported.get(name, ""))
        return self._of_name(name, home, None, step + 1) if home is not None else frozenset()

    def _passed(
        self, name: str, function: ast.FunctionDef, home: Module, step: int
    ) -> frozenset[str]:
        """What callers give for a parameter."""
        found: set[str] = set()
        for module in modules().values():
            is_known = (
                module is home or modules().get(module.imported.get(function.name, "")) is home
            )
            for call, caller in module.calls if is_known else ():
                if _called(call) == function.name and caller is not function:
                    given = _argument(call, name, function)
                    if given is not None:
                        found |= self.texts(given, module, caller, step + 1)
        return frozenset(found)

    def _returned(self, function: ast.FunctionDef, module: Module, step: int) -> frozenset[str]:
        leaving = (n for n in ast.walk(function) if isinstance(n, ast.Return | ast.Yield))
        given = [n.value for n in leaving if n.value is not None]
        each = [self.texts(v, module, function, step + 1) for v in given]
        said = frozenset().union(*each)
        return said if any(not PLACEHOLDER.fullmatch(t) for t in said) else frozenset()

    def _of_table(self, table: ast.expr, module: Module, step: int) -> frozenset[str]:
        if not isinstance(table, ast.Dict):
            return frozenset()
        each = [self.texts(v, module, None, step + 1) for v in table.values]
        return frozenset().union(*each)


def _numbered(text: str) -> str:
    """What a template says twice with values of one name: the later ones get numbers."""
    met: Counter[str] = Counter()

    def name(found: re.Match[str]) -> str:
        met[found[1]] += 1
        return f"{{{found[1]}{met[found[1]] if met[found[1]] > 1 else ''}}}"

    return PLACEHOLDER.sub(name, text)


def placeholder_name(node: ast.expr) -> str:
    """The first value that an expression speaks of."""
    constants = (n.id.strip("_").lower() for n in ast.walk(node) if isinstance(n, ast.Name))
    return next(_values_in(node), None) or next(constants, "text")


def _values_in(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.expr) and (name := _dotted(node)):
        if not name.split(".")[0].isupper():
            yield name.removeprefix("self.").strip("_").replace("._", ".")
        return
    within: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.Call):
        owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        within = [*owner, *node.args]
    elif isinstance(node, ast.GeneratorExp | ast.ListComp):
        within = [node.generators[0].iter]
    for each in within:
        yield from _values_in(each)


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr) if _dotted(value):
            return f"{_dotted(value)}.{attr}"
    return ""


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _told(call: ast.Call, module: str) -> list[ast.expr]:
    """The arguments of a call that are words of an error."""
    called = _called(call)
    if called == "_refused" and module.startswith("app.storage.migrations"):
        return call.args[2:3]
    if called == "Told" and module == "backends.tensor_names":
        return [k.value for k in call.keywords if k.arg in ("hint", "words")]
    if called == "_note" and module == "app.services.asking":
        return call.args[:1]
    if module == "backends.ultralytics_yolo" and ast.unparse(call.func) == "notes.append":
        return call.args[:1]
    if called == "_Way" and module == "app.services.record_fineness":
        return call.args[:1]
    if called == "Problem":
        return call.args[2:3]
    if called in _ERRORS or (called == "ValueError" and module in _VALUES):
        return [*call.args[:1], *(k.value for k in call.keywords if k.arg in ("hint", "words"))]
    return []


def _stands_alone(text: str) -> bool:
    """Whether it says something by itself, in the place of a value."""
    return bool(re.match(r"[A-Za-z{]|, ", text)) and len(text.split()) > 1


def _is_words(text: str) -> bool:
    return text == "" or bool(re.search("[A-Za-z]", PLACEHOLDER.sub("", text)))


def _is_written_here(node: ast.expr, module: Module, function: ast.FunctionDef | None) -> bool:
    """Whether its words are a piece of the sentence, rather than a value in it."""
    match node:
        case ast.Name(id=name):
            own = {n for n, _ in _assigned(function)} if function is not None else set()
            return name.isupper() or name in own
        case ast.IfExp() | ast.BoolOp():
            return True
        case ast.Subscript(value=ast.Name(id=name)):
            return name in module.constants
    return False


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [a.arg for a in (*function.args.args, *function.args.kwonlyargs)]


def _argument(call: ast.Call, name: str, function: ast.FunctionDef) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    names = [n for n in _parameters(function) if n not in ("self", "cls")]
    place = names.index(name)
    return call.args[place] if place < len(call.args) else None


def _assigned(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AugAssign(target=ast.Name(id=name), value=ast.Constant(value=str() as more)):
                yield name, ast.Constant(more.lstrip(": "))
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                for each, value in zip(names, values, strict=True):
                    if isinstance(each, ast.Name):
                        yield each.id, value
