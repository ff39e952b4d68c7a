"""The project's own source, parsed once: what the guards of this folder measure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from crm.runtime.places import ROOT

APPS = ("crm", "talent", "outreach", "sourcing", "inbox", "portal", "analytics", "integrations")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the project's root, and what is in it."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in self.nodes if isinstance(node, Function)]

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the dotted name of what is called, as written: `cache.get`, `.cursor` on an expression."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield dotted(node.func), node

    def imports(self) -> Iterator[tuple[str, ast.AST]]:
        """Every absolute import as a full dotted name: `from a import b` gives `a.b`."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((alias.name, node) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@cache
def files_below(*folders: str) -> tuple[Source, ...]:
    return tuple(Source(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def application() -> list[Source]:
    """The product's own code: no tests, no migrations."""
    return [source for source in files_below(*APPS) if "/migrations/" not in source.name]


def migrations() -> list[Source]:
    return [source for source in files_below(*APPS) if "/migrations/" in source.name]


def tests() -> list[Source]:
    return list(files_below("tests"))


def classes(file: Source) -> list[ast.ClassDef]:
    return [node for node in file.nodes if isinstance(node, ast.ClassDef)]
