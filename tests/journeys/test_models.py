"""A model's life: put forward by one, tested on our own past by another, let in, retired; and what it decided stays decided."""

import copy
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from pypdf import PdfReader

from refusals import code_of
from xindai.base import embedded
from xindai.credit import scoring
from xindai_sandbox.client import Borrower, Clock, Staff

MODELS = "/v1/staff/models/application/versions"
OTHERS = {"owner": "消费信贷模型组", "limits": "仅用于个人消费贷款申请"}
FINDINGS = {"findings": "在本行样本上复算，区分度与校准均可接受。"}


def harsher(staff: Staff, *, by: int) -> dict[str, Any]:
    """The scorecard in use, with everybody's log-odds of going bad raised by so many millionths."""
    page = staff.get("/v1/staff/models/application")
    scorecard = copy.deepcopy(page["scorecard"])
    scorecard["intercept"] += by
    scorecard["hash"] = scoring.content_hash(scorecard)
    return {"scorecard": scorecard, "card": page["card"], **OTHERS}


def submitted(staff: Staff, clock: Clock, *, by: int, after: int = 0) -> dict[str, Any]:
    told = {**harsher(staff, by=by), "effective_from": str(clock.today() + timedelta(days=after))}
    found: dict[str, Any] = staff.post(MODELS, told)
    return found


def test_what_came_with_the_product_judges_first(staff: Staff) -> None:
    (one,) = staff.get(MODELS)["data"]
    assert (one["id"], one["status"], one["judges"]) == ("application@1", "approved", True)
    assert (one["submitted_by"], one["decided_by"]) == ("starter", "operator")


def test_a_model_is_tested_by_another_and_let_in_before_it_judges(
    borrower: Callable[..., Borrower], staff: Staff, second: Staff, clock: Clock
) -> None:
    before = borrower().apply("6000.00", 6)
    decision = staff.get(f"/v1/staff/applications/{before['id']}/decision")
    assert decision["outcome"] == "approve"
    new = submitted(staff, clock, by=9_000_000)
    path = f"{MODELS}/{new['number']}"
    assert (new["status"], new["judges"]) == ("submitted", False)
    assert code_of(lambda: staff.post(f"{path}/validations", FINDINGS)) == "same_person"
    assert code_of(lambda: second.post(f"{path}/approvals")) == "model_moved"
    tested = second.post(f"{path}/validations", FINDINGS)
    assert (tested["status"], tested["validated_by"]) == ("validated", "demo-finance")
    measures = tested["measures"]
    assert measures["then"]["approve"] < measures["now"]["approve"]
    assert measures["changed"] > 0
    assert {one["name"] for one in measures["moved"]} <= {
        one["name"] for one in staff.get(path)["scorecard"]["characteristics"]
    }
    report = staff._call._http.get(f"{path}/report.pdf").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(report)).pages).replace("\n", "")
    for words in ("模型验证报告", OTHERS["owner"], FINDINGS["findings"], "在用版本", new["hash"][:20]):
        assert words in text, words
    assert borrower().apply("6000.00", 6)["status"] == "offered"
    assert code_of(lambda: staff.post(f"{path}/approvals")) == "same_person"
    assert second.post(f"{path}/approvals")["judges"] is True
    assert borrower().apply("6000.00", 6)["status"] == "declined"
    # What the model before has decided comes out the same by that model.
    again = staff.get(f"/v1/staff/decisions/{decision['id']}/replay")
    assert (again["outcome"], again["differs"]) == ("approve", [])
    assert second.post(f"{path}/retirements")["status"] == "retired"
    assert borrower().apply("6000.00", 6)["status"] == "offered"
    assert code_of(lambda: staff.post(f"{MODELS}/1/retirements")) == "model_last"
    trail = staff.get("/v1/staff/audit-notes", subject=new["id"])["data"]
    assert [one["action"] for one in trail] == [
        "model_retired", "model_approved", "model_validated", "model_submitted",
    ]  # fmt: skip


def test_a_model_judges_from_its_day_on(
    borrower: Callable[..., Borrower], staff: Staff, second: Staff, clock: Clock
) -> None:
    new = submitted(staff, clock, by=9_100_000, after=2)
    path = f"{MODELS}/{new['number']}"
    second.post(f"{path}/validations", FINDINGS)
    assert second.post(f"{path}/approvals")["judges"] is False
    assert borrower().apply("6000.00", 6)["status"] == "offered"
    clock.to(clock.today() + timedelta(days=2))
    assert borrower().apply("6000.00", 6)["status"] == "declined"
    second.post(f"{path}/retirements")


def test_what_cannot_judge_is_refused(staff: Staff, second: Staff, clock: Clock) -> None:
    told = {**harsher(staff, by=1), "effective_from": str(clock.today())}
    for text in ("[1]", "{", '"a"'):
        assert code_of(lambda text=text: staff.post(MODELS, {**told, "scorecard": text})) == "model_unreadable", text
    for card in (
        {"models": 3},
        {"models": {"scorecard": []}},
        {"rows": "many"},
        {"rows": 1.5},
        {"made_at": 7},
        {"bad_rate": True},
    ):
        assert code_of(lambda card=card: staff.post(MODELS, {**told, "card": card})) == "model_unreadable", card
    altered = {**told, "scorecard": {**told["scorecard"], "intercept": 0}}
    assert code_of(lambda: staff.post(MODELS, altered)) == "model_unreadable"
    known = {**told, "scorecard": staff.get("/v1/staff/models/application")["scorecard"]}
    assert code_of(lambda: staff.post(MODELS, known)) == "model_known"
    strange = copy.deepcopy(told)
    strange["scorecard"]["characteristics"][0]["name"] = "religion"
    strange["scorecard"]["hash"] = scoring.content_hash(strange["scorecard"])
    assert code_of(lambda: staff.post(MODELS, strange)) == "invalid_value"
    lines = {**told, "owner": ""}
    assert code_of(lambda: staff.post(MODELS, lines)) == "request_invalid"
    assert code_of(lambda: staff.get(f"{MODELS}/999")) == "model_not_found"
    turned_down = submitted(staff, clock, by=2)
    assert second.post(f"{MODELS}/{turned_down['number']}/rejections")["status"] == "rejected"
    assert code_of(lambda: second.post(f"{MODELS}/{turned_down['number']}/validations", FINDINGS)) == "model_moved"


def test_a_model_that_was_tampered_with_does_not_judge(
    borrower: Callable[..., Borrower], staff: Staff, second: Staff, clock: Clock, home: Path
) -> None:
    """Whoever may change rows, and switches off what guards them, still cannot change who is lent to: the one before judges."""
    new = submitted(staff, clock, by=9_200_000, after=1)
    path = f"{MODELS}/{new['number']}"
    second.post(f"{path}/validations", FINDINGS)
    second.post(f"{path}/approvals")
    altered = json.dumps({**staff.get(path)["scorecard"], "intercept": -9_000_000}, ensure_ascii=False)
    url = embedded.attach(home)  # of the installation that runs; it is stopped with it
    engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    change = "UPDATE model_version SET scorecard = :altered WHERE use = 'application' AND number = :number"
    with pytest.raises(sqlalchemy.exc.DatabaseError, match="never changed"), engine.begin() as db:
        db.execute(sqlalchemy.text(change), {"altered": altered, "number": new["number"]})
    with engine.begin() as db:
        db.execute(sqlalchemy.text("ALTER TABLE model_version DISABLE TRIGGER USER"))
        db.execute(sqlalchemy.text(change), {"altered": altered, "number": new["number"]})
        db.execute(sqlalchemy.text("ALTER TABLE model_version ENABLE TRIGGER USER"))
    engine.dispose()
    clock.to(clock.today() + timedelta(days=1))
    assert borrower().apply("6000.00", 6)["status"] == "offered"
    assert next(one["number"] for one in staff.get(MODELS)["data"] if one["judges"]) == 1
    second.post(f"{path}/retirements")
