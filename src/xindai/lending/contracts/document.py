"""What a contract says: its text and figures as one document, and what of it stands on the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from xindai.lending.contracts.model import Disclosure, Subject
from xindai.products.catalogue.model import Form, Product
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone


@dataclass(frozen=True, slots=True)
class Party:
    """Who borrows."""

    name: PersonName
    id_number: IdNumber
    phone: Phone
    card_number: CardNumber


def kind_of(subject: Subject, form: Form) -> str:
    """Which contract is made: of a loan, of a line, or of instalments."""
    if subject in {Subject.PURCHASE, Subject.STATEMENT}:
        return "instalments"
    return "line" if subject is Subject.OFFER and form is not Form.LOAN else "loan"


def document(
    disclosure: Disclosure,
    *,
    number: str,
    kind: str,
    party: Party,
    product: Product,
    texts: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """The contract as it is signed: all of its words are in it, so that it can be read without anything else."""
    chosen = texts["kinds"][kind]
    return {
        "number": number,
        "kind": kind,
        "title": chosen["title"],
        "lender": disclosure.statement["lender"],
        "partners": [{"name": one.name, "share": f"{one.share.annual:f}"} for one in product.partners],
        "borrower": {
            "name": party.name.reveal(),
            "id_number": party.id_number.reveal(),
            "phone": party.phone.reveal(),
            "account": party.card_number.mask(),
        },
        "product": {"ref": product.ref, "zh": product.name_zh, "en": product.name_en},
        "clauses_version": texts["version"],
        "clauses": [texts["clauses"][name] for name in chosen["clauses"]],
        "statement": disclosure.statement,
        "statement_hash": disclosure.text_hash,
        "signed_at": at.isoformat(),
    }


def evidence(
    disclosure: Disclosure, *, session: str, device: str, proofs: Sequence[tuple[str, datetime]], at: datetime
) -> dict[str, Any]:
    """How it came to be signed: what was shown when, for how long, and how the signer had been identified."""
    assert disclosure.confirmed_at is not None, disclosure.id
    return {
        "person": disclosure.person_id,
        "disclosure": disclosure.id,
        "statement_hash": disclosure.text_hash,
        "shown_at": disclosure.shown_at.isoformat(),
        "confirmed_at": disclosure.confirmed_at.isoformat(),
        "read_seconds": int((disclosure.confirmed_at - disclosure.shown_at).total_seconds()),
        "signed_at": at.isoformat(),
        "session": session,
        "device": device,
        "proofs": [{"kind": kind, "at": proven.isoformat()} for kind, proven in proofs],
    }


def page(document: Mapping[str, Any], *, signature: str, made: str) -> dict[str, Any]:
    """What the template needs: every text as it is set."""
    stated = document["statement"]
    cap = _percent(stated["annual_cost_cap"])
    return {
        "title": document["title"],
        "number": document["number"],
        "lender": document["lender"],
        "made": made,
        "about": [
            ("贷款人", "lender", _with_partners(document)),
            ("借款人", "borrower", document["borrower"]["name"]),
            ("证件号码", "ID number", document["borrower"]["id_number"]),
            ("手机号码", "phone", document["borrower"]["phone"]),
            ("收款及还款账户", "account", document["borrower"]["account"]),
            ("产品", "product", document["product"]["zh"]),
        ],
        "sums": [
            ("额度" if document["kind"] == "line" else "本金", "principal", stated["principal"]),
            ("期数", "instalments", str(stated["months"])),
            ("还款方式", stated["method"]["en"], stated["method"]["zh"]),
            ("年化综合成本", "annual cost", _percent(stated["annual_cost"])),
            ("应还总额", "total to repay", stated["total_repayment"]),
        ],
        "by_example": stated["by_example"],
        "items": [
            (
                (one["name"]["zh"], one["name"]["en"]),
                (one["standard"]["zh"], one["standard"]["en"]),
                (one["when"]["zh"], one["when"]["en"]),
                one["taker"]["zh"],
                one["amount"],
                _percent(one["annualised"]),
            )
            for one in stated["items"]
        ],
        "total": (stated["total_cost"], _percent(stated["annual_cost"]), cap),
        "possible": [
            (
                (one["name"]["zh"], one["name"]["en"]),
                (one["standard"]["zh"], one["standard"]["en"]),
                one["taker"]["zh"],
                _percent(one["annualised"]) if "annualised" in one else "",
            )
            for one in stated["possible"]
        ],
        "nothing_else": (stated["nothing_else"]["zh"], stated["nothing_else"]["en"]),
        "schedule": [
            [
                str(row["number"]),
                row["due_on"],
                *(row[name] for name in ("principal", "interest", "fee", "total", "balance")),
            ]
            for row in stated["schedule"]
        ],
        "clauses": [(one["zh"], one["en"]) for one in document["clauses"]],
        "currency": stated["currency"],
        "hash": document["statement_hash"],
        "signature": signature,
    }


def _with_partners(document: Mapping[str, Any]) -> str:
    shares = "、".join(f"{one['name']} {_percent(one['share'])}" for one in document["partners"])
    return f"{document['lender']}" + (f"（联合放款：{shares}）" if shares else "")


def _percent(share: str) -> str:
    text = f"{Decimal(share) * 100:.4f}".rstrip("0").rstrip(".")
    return f"{text}%"
