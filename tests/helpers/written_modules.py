"""Our source files as they are written: their constants, functions, imports and calls."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "backends", "widgets")


class Module:
    """A source file as it is written."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.tree = ast.parse(file.read_text("utf-8"))

    @cached_property
    def constants(self) -> Mapping[str, ast.expr]:
        found: dict[str, ast.expr] = {}
        for node in self.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    found[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    found[name] = value
        return found

    @cached_property
    def functions(self) -> Mapping[str, ast.FunctionDef]:
        return {n.name: n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """Name to the module it comes from."""
        return {
            alias.asname or alias.name: node.module or ""
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    @cached_property
    def calls(self) -> list[tuple[ast.Call, ast.FunctionDef | None]]:
        """Each with the function that it is made in."""
        return list(_calls_in(self.tree, None))


def _calls_in(
    node: ast.AST, function: ast.FunctionDef | None
) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, function
        yield from _calls_in(child, child if isinstance(child, ast.FunctionDef) else function)


@cache
def modules() -> Mapping[str, Module]:
    files = (file for room in ROOMS for file in sorted(ROOT.glob(f"{room}/**/*.py")))
    return {".".join(f.relative_to(ROOT).with_suffix("").parts): Module(f) for f in files}
