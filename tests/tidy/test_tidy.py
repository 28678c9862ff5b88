"""The house style, walked over the tree. Each message says how to mend what it found."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "xindai"
STAGES = ("products", "onboarding", "credit", "lending", "payments", "postloan", "book", "governance", "access")
SHELL = {"operations.py", "queries.py", "_store.py"}
ROOMS_THAT_ARE_ONE_SHELL_FILE = {"governance/books.py"}
"""A room that begins as one file and has state of its own; it becomes a folder when it grows."""
PURE_FORBIDDEN = {
    "xindai.base",
    "xindai.journeys",
    "xindai.outside",
    "xindai.edges",
    "sqlalchemy",
    "httpx",
    "fastapi",
    "time",
    "random",
    "secrets",
    "os",
    "pathlib",
    "logging",
    "structlog",
    "socket",
    "subprocess",
    "threading",
}
CLOCKS = {"now", "today", "utcnow"}
MONEY_PATHS = (
    "values/money.py",
    "values/rate.py",
    "products",
    "lending",
    "payments",
    "credit/decision/pricing.py",
    "credit/scoring.py",
    "credit/features",
    "credit/sources",
)
SOURCES = sorted(
    [
        *SRC.rglob("*.py"),
        *(ROOT / "lab").rglob("*.py"),
        *(ROOT / "reader").rglob("*.py"),
        *(ROOT / "sandbox").rglob("*.py"),
    ]
)
PRODUCT = sorted(SRC.rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_pure(path: Path) -> bool:
    inside = path.relative_to(SRC)
    if inside.parts[0] == "values":
        return True
    return inside.parts[0] in STAGES and path.name not in SHELL and str(inside) not in ROOMS_THAT_ARE_ONE_SHELL_FILE


def imports(tree: ast.AST) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


@pytest.mark.parametrize("path", [path for path in PRODUCT if is_pure(path)], ids=name)
def test_pure_files_stay_pure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for module, line in imports(tree):
        wrong = next((one for one in PURE_FORBIDDEN if module == one or module.startswith(one + ".")), None)
        assert wrong is None, (
            f"{name(path)}:{line} imports {module}. Only operations.py, queries.py and _store.py may touch the world: "
            "pass the value in as a parameter, or move the line to the shell."
        )
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and isinstance(node.ctx, ast.Load):
            pytest.fail(
                f"{name(path)}:{node.lineno} asks for the time. Take `on: date` or `at: datetime` as a parameter."
            )


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_private_stays_private(path: Path) -> None:
    for module, line in imports(ast.parse(path.read_text(encoding="utf-8"))):
        parts = module.split(".")
        for place, part in enumerate(parts):
            if part.startswith("_") and not part.startswith("__") and parts[0] == "xindai":
                home = SRC.joinpath(*parts[1:place])
                assert path.parent == home, (
                    f"{name(path)}:{line} imports {module}, which is private to {name(home)}. Ask its queries or operations."
                )


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_sizes_stay_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    assert lines <= 600, f"{name(path)} has {lines} lines; 600 is where it must be split by idea."
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 70, f"{name(path)}:{node.lineno} {node.name} has {length} lines; 70 is the most. Split it."
            arguments = node.args
            count = len(arguments.args) + len(arguments.kwonlyargs) + len(arguments.posonlyargs)
            assert count <= 9, f"{name(path)}:{node.lineno} {node.name} takes {count} parameters; make a noun of them."


def test_rooms_and_stages_stay_small() -> None:
    for stage in STAGES:
        rooms = [one for one in (SRC / stage).iterdir() if one.name != "__pycache__" and not one.name.startswith("__")]
        assert len(rooms) <= 8, f"{stage} has {len(rooms)} rooms; eight are the most."
        for room in rooms:
            if room.is_dir():
                files = [one for one in room.glob("*.py") if one.name != "__init__.py"]
                assert len(files) <= 10, f"{name(room)} has {len(files)} files; ten are the most."


@pytest.mark.parametrize(
    "path", [path for path in PRODUCT if str(path.relative_to(SRC)).startswith(MONEY_PATHS)], ids=name
)
def test_no_float_on_a_money_path(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
        written = isinstance(node, ast.Constant) and isinstance(node.value, float)
        divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not in_decimal_file(path)
        assert not (made or written or divided), (
            f"{name(path)}:{node.lineno} makes a float where money or a cut-off comes from. Use whole minor units and "
            "values.money.rounded_quotient."
        )


def in_decimal_file(path: Path) -> bool:
    """Files that divide Decimals, which is exact to the digits they ask for."""
    return path.name in {"cost.py", "schedules.py", "scoring.py", "rate.py"}


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_operations_never_commit_and_edges_hold_no_sql(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    inside = path.relative_to(SRC)
    if path.name == "operations.py":
        assert "commit(" not in text, (
            f"{name(path)} commits. One request or journey step is one transaction; it commits."
        )
        assert ".transaction(" not in text, f"{name(path)} begins a transaction. Take `tx` as the first parameter."
    if inside.parts[0] == "edges":
        for word in ("SELECT ", "INSERT ", "UPDATE ", "DELETE "):
            assert f'"{word}' not in text, f"{name(path)} holds SQL. Ask a query."


ERASER = SRC / "governance" / "rights" / "_store.py"
"""Who erases somebody wants that nothing refers to them meanwhile, and waits for nobody."""


@pytest.mark.parametrize("path", [path for path in PRODUCT if path != ERASER], ids=name)
def test_locks_leave_the_key_to_those_who_refer_to_it(path: Path) -> None:
    assert "FOR UPDATE" not in path.read_text(encoding="utf-8"), (
        f"{name(path)} locks a row's key as well. Rows that refer to it share the key, and then wait for each other:"
        " FOR NO KEY UPDATE."
    )


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_word_about_where_it_was_made(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for word in ("/work/", "/tmp/", "TODO", "FIXME"):
        assert word not in text, (
            f"{name(path)} holds {word!r}: paths of a machine and unfinished work do not belong here."
        )


def test_no_address_of_a_registry_in_any_file() -> None:
    for path in (ROOT / "constraints.txt", ROOT / "pyproject.toml", ROOT / "Makefile", ROOT / ".ci" / "run"):
        assert "://" not in path.read_text(encoding="utf-8"), (
            f"{path.name} holds an address; leave it to pip's settings."
        )
