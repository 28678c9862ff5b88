"""No grant, no call: whoever asks a provider about a person takes the grant as its first argument."""

import ast
from pathlib import Path

import pytest

OUTSIDE = Path(__file__).parents[2] / "src" / "xindai" / "outside"
PERSONAL = {"Person", "Prepared"}
"""Nouns that say who somebody is, or what stands on their papers."""
FILES = sorted(path for path in OUTSIDE.glob("*.py") if path.name != "__init__.py")


def annotation(argument: ast.arg) -> str:
    return ast.unparse(argument.annotation) if argument.annotation else ""


def asked_about_people() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{path.name}: {room.name}.{method.name}", method)
        for path in FILES
        for room in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(room, ast.ClassDef)
        for method in room.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_")
        if any(annotation(one) in PERSONAL for one in (*method.args.args, *method.args.kwonlyargs))
    ]


@pytest.mark.parametrize(("where", "method"), asked_about_people(), ids=lambda one: one if isinstance(one, str) else "")
def test_a_question_about_a_person_takes_a_grant(where: str, method: ast.FunctionDef) -> None:
    takes = [annotation(one) for one in method.args.args[1:2]]
    assert takes == ["Grant"], f"{where} asks about a person without a grant: make `grant: Grant` its first argument."


def test_the_walk_sees_every_provider() -> None:
    seen = {where.split(":")[0] for where, _ in asked_about_people()}
    assert seen == {
        "bureau.py",
        "behaviour.py",
        "social.py",
        "kyc.py",
        "reading.py",
        "tencent.py",
        "rails.py",
        "agreement_pay.py",
    }
