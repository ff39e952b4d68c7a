"""The budgets of the code: lengths, hints, and what is not to be found in it."""

from __future__ import annotations

import ast

from tests.architecture import source
from tests.architecture.source import Function, Source, length

FUNCTION_MEDIAN, FUNCTION_P95, FUNCTION_MAX = 8, 30, 60
FILE_MAX, VIEW_MAX, TASK_MAX = 400, 25, 12
TEST_MEDIAN = 10
CALLS_PER_1000_VIEW_LINES = 8
DATABASE_CALLS = (".objects.", ".save(")
SIGNALS = ("@receiver", "post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed")

# Too long, each with its reason. What is no longer too long has to go from here: the test demands equality.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
FUNCTION_LEVEL_IMPORTS: dict[str, str] = {}


def percentile(values: list[int], percent: int) -> int:
    ordered = sorted(values)
    return ordered[round(percent / 100 * (len(ordered) - 1))]


def function_lengths(sources: list[Source]) -> list[int]:
    return [length(function) for file in sources for function in file.functions]


def is_hinted(function: Function) -> bool:
    arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    named = [argument for argument in arguments if argument.arg not in ("self", "cls")]
    return function.returns is not None and all(argument.annotation for argument in named)


def decorators(function: Function) -> set[str]:
    return {source.dotted(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list}


def body_length(function: Function) -> int:
    """Lines of what is done: signature, decorators and docstring apart."""
    first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


def test_functions_are_short() -> None:
    lengths = function_lengths(source.application())

    assert percentile(lengths, 50) <= FUNCTION_MEDIAN
    assert percentile(lengths, 95) <= FUNCTION_P95


def test_no_function_is_too_long() -> None:
    long = {
        f"{file.name}:{function.name}"
        for file in source.application()
        for function in file.functions
        if length(function) > FUNCTION_MAX
    }

    assert long == set(LONG_FUNCTIONS)


def test_no_file_is_too_long() -> None:
    assert {file.name for file in source.application() if file.lines > FILE_MAX} == set(LONG_FILES)


def test_every_function_is_hinted() -> None:
    bare = [f"{f.name}:{node.name}" for f in source.application() for node in f.functions if not is_hinted(node)]

    assert bare == []


def test_views_are_short() -> None:
    doors = {
        "member",
        "public",
        "signed_in",
        "hook",
        "access.member",
        "access.public",
        "access.signed_in",
        "access.hook",
    }
    views = {
        f"{file.name}:{node.name}": body_length(node)
        for file in source.application()
        for node in file.functions
        if decorators(node) & doors
    }

    assert {name: lines for name, lines in views.items() if lines > VIEW_MAX} == {}


def test_tasks_are_short() -> None:
    tasks = {
        f"{file.name}:{node.name}": body_length(node)
        for file in source.application()
        for node in file.functions
        if decorators(node) & {"tenant_task", "shared_task"}
    }

    assert {name: lines for name, lines in tasks.items() if lines > TASK_MAX} == {}


def test_modules_say_what_they_own() -> None:
    silent = [
        file.name
        for file in source.application()
        if file.text.strip() and not (ast.get_docstring(file.tree) or "").strip()
    ]

    assert silent == []


def test_there_are_no_model_signals() -> None:
    assert [(f.name, word) for f in source.application() for word in SIGNALS if word in f.text] == []


def test_project_imports_stand_at_the_top() -> None:
    inner = {
        f"{file.name}:{function.name}"
        for file in source.application()
        if any(isinstance(node, ast.ImportFrom) and node.col_offset for node in file.nodes)
        for function in file.functions
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in source.APPS
    }

    assert inner == set(FUNCTION_LEVEL_IMPORTS)


def test_migrations_are_named() -> None:
    assert [m.name for m in source.migrations() if "_auto_" in m.name] == []


def test_views_leave_the_database_to_querysets_and_services() -> None:
    views = [file for file in source.application() if "/views" in file.name]
    lines = sum(file.lines for file in views)
    calls = sum(file.text.count(call) for file in views for call in DATABASE_CALLS)

    assert 1000 * calls / max(lines, 1) < CALLS_PER_1000_VIEW_LINES


def test_tests_are_short() -> None:
    lengths = [length(f) for file in source.tests() for f in file.functions if f.name.startswith("test")]

    assert percentile(lengths, 50) <= TEST_MEDIAN


def test_skipped_tests_say_why() -> None:
    skips = [
        f"{file.name}:{node.lineno}"
        for file in source.tests()
        for name, node in file.calls()
        if name in ("pytest.skip", "pytest.mark.skip", "pytest.mark.xfail") and not (node.args or node.keywords)
    ]

    assert skips == []
