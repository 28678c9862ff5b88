"""Rules of safe code that no linter has: what reaches SQL, what leaves the machine, what is compared, logged, parsed and run.

Each is tried on a line that breaks it, then on every line of ours. The linter's own (ruff "S", from bandit) run in `make check`.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "xindai"
TREES = {path.relative_to(SRC).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in SRC.rglob("*.py")}
Findings = Iterator[tuple[int, str]]

_ASKS_DATABASE = {"run", "run_many", "csv", "rows", "row", "value", "many", "text", "execute", "copy"}
_MAKES_SQL = {
    "base/audit.py": "conditions are constants; their values are bound",
    "base/db.py": "the driver's way of naming what is bound",
    "base/crypto.py": "sealed columns are a table in code",
    "book/portfolio/queries.py": "columns of a schema in code",
    "governance/compliance/queries.py": "conditions of rules are constants",
    "governance/rights/_store.py": "tables of what is held are a file of ours",
    "lending/ledger/queries.py": "one of two conditions",
    "lending/line/queries.py": "which of two views of a line",
    "lending/loans/_store.py": "columns of one table, by name",
    "lending/loans/operations.py": "a formula written once, for two days",
    "lending/loans/queries.py": "columns of a page, by an enumeration",
    "postloan/contacts/queries.py": "one of two conditions",
    "postloan/legal/operations.py": "a fragment for a known step",
}
"""Rooms that put SQL together from their own constants, and from which; nobody else does."""
_WRITES_XML = "governance/laundering/report.py"
_MAY_CALL_OUT = re.compile(r"base/http\.py|outside/.*|edges/cli/(processes|up)\.py")
_MAY_RUN = re.compile(r"base/(keeper|embedded)\.py|edges/cli/.*")
_SECRET = re.compile(r"(token|secret|signature|digest|password|hmac|mac|otp)(_hash)?$")
_RUN_WHAT_THEY_READ = {"pickle", "marshal", "shelve", "dill", "yaml", "xml", "tarfile", "imp", "runpy", "code"}


def sql_is_ours(tree: ast.AST, where: str) -> Findings:
    """What is written into a statement is a constant in capitals; whatever comes from outside is bound."""
    if where not in _MAKES_SQL:
        yield from _written_into_sql(tree)


def _written_into_sql(tree: ast.AST) -> Findings:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _ASKS_DATABASE:
            for part in (one for argument in call.args[:1] for one in ast.walk(argument)):
                if isinstance(part, ast.FormattedValue) and not ast.unparse(part.value).rpartition(".")[2].isupper():
                    yield part.lineno, f"{ast.unparse(part.value)} is written into SQL: bind it"


def calls_leave_by_one_door(tree: ast.AST, where: str) -> Findings:
    """Clients that call out stand in `outside`; they follow no redirect and trust no certificate they should not."""
    for node in ast.walk(tree):
        names = _imported(node)
        if not _MAY_CALL_OUT.fullmatch(where) and names & {
            "httpx",
            "urllib.request",
            "http.client",
            "requests",
            "smtplib",
            "ftplib",
        }:
            yield node.lineno, f"{names} is imported where nobody calls out"
        if isinstance(node, ast.keyword) and (node.arg, ast.unparse(node.value)) in {
            ("verify", "False"),
            ("follow_redirects", "True"),
        }:
            yield node.value.lineno, f"{node.arg}={ast.unparse(node.value)}"


def processes_begin_in_the_shell(tree: ast.AST, where: str) -> Findings:
    """Only the command line and the keeper of the database start processes, and none through a shell."""
    for node in ast.walk(tree):
        if not _MAY_RUN.fullmatch(where) and _imported(node) & {"subprocess", "pty", "multiprocessing"}:
            yield node.lineno, "a process is started here"
        if isinstance(node, ast.keyword) and node.arg == "shell" and ast.unparse(node.value) != "False":
            yield node.value.lineno, "a shell reads what we run"


def secrets_are_compared_in_constant_time(tree: ast.AST, _where: str) -> Findings:
    """`==` tells by its time how much of a guess is right."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops):
            sides = [node.left, *node.comparators]
            if any(isinstance(one, ast.Constant) for one in sides):
                continue
            for one in sides:
                if isinstance(one, ast.Name | ast.Attribute) and _SECRET.search(ast.unparse(one).lower()):
                    yield node.lineno, f"{ast.unparse(one)} is compared with ==: hmac.compare_digest"


def nothing_read_is_run(tree: ast.AST, where: str) -> Findings:
    """No reader that can be made to act: pickles, YAML, archives, XML of the standard library, evaluated text."""
    for node in ast.walk(tree):
        named = {one.split(".")[0] for one in _imported(node)} & _RUN_WHAT_THEY_READ
        if named and (where, named) != (_WRITES_XML, {"xml"}):
            yield node.lineno, f"{named} can act on what it reads"
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"eval", "exec", "compile"}
        ):
            yield node.lineno, f"{node.func.id} runs text"


def what_is_masked_stays_so_in_words(tree: ast.AST, _where: str) -> Findings:
    """Nobody reveals a name or a number into a log line or the text of an error."""
    for node in ast.walk(tree):
        told = isinstance(node, ast.Raise) or (
            isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("log.", "logging.", "print"))
        )
        if told:
            for one in ast.walk(node):
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "reveal":
                    yield node.lineno, "it is revealed into a log or an error"


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {one.name for one in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return set()


BREAKS: dict[Callable[[ast.AST, str], Findings], list[str]] = {
    sql_is_ours: [
        'tx.run(f"UPDATE loan SET note = \'{note}\'")',
        'tx.rows(f"SELECT * FROM loan ORDER BY {query.order}")',
        'tx.value("SELECT 1 FROM " + f"{table}")',
    ],
    calls_leave_by_one_door: ["import httpx", "from urllib.request import urlopen", "client(verify=False)", "get(follow_redirects=True)"],
    processes_begin_in_the_shell: ["import subprocess", "run('ls', shell=True)"],
    secrets_are_compared_in_constant_time: ["if row.token == given: pass", "ok = expected_signature != signature"],
    nothing_read_is_run: ["import pickle", "from xml.etree import ElementTree", "eval(text)"],
    what_is_masked_stays_so_in_words: ["log.info('late', phone=one.phone.reveal())", "raise Invalid(f'{name.reveal()} is unknown')"],
}  # fmt: skip


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in BREAKS.items() for line in lines])
def test_a_line_that_breaks_it_is_found(rule: Callable[[ast.AST, str], Findings], line: str) -> None:
    assert list(rule(ast.parse(line), "edges/borrower/loans.py"))


@pytest.mark.parametrize("rule", list(BREAKS), ids=lambda rule: rule.__name__)
def test_no_line_of_ours_breaks_it(rule: Callable[[ast.AST, str], Findings]) -> None:
    found = [f"{where}:{line} {what}" for where, tree in TREES.items() for line, what in rule(tree, where)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("where", _MAKES_SQL)
def test_each_room_that_makes_sql_still_does(where: str) -> None:
    assert list(_written_into_sql(TREES[where])), f"{where} needs no exception"
