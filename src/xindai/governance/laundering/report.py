"""A report on large or suspicious transactions as XML, in the field's words (PBOC Order 2016 no. 3, article 9 and 19: who, what, why).

The receiving centre's own form is a licensed interface; this document carries the elements that its forms ask for, by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

from xindai.governance.laundering.model import Alert, Case, Rated, Scenario
from xindai.values.money import decimal_text


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a report is about, in full: it goes to the authority and nowhere else."""

    name: str
    id_number: str
    phone: str
    card_number: str


def document(
    case: Case,
    subject: Subject,
    *,
    lender: str,
    on: date,
    rating: Rated | None,
    alerts: Sequence[Alert],
    scenarios: Sequence[Scenario],
    movements: Sequence[dict[str, Any]],
    reasons: str,
) -> bytes:
    """The report of a case; amounts in yuan."""
    named = {one.id: one for one in scenarios}
    root = ET.Element("transactionReport", {"kind": case.kind.value, "case": case.id})
    _add(root, "reportingInstitution", lender)
    _add(root, "reportedOn", on.isoformat())
    person = ET.SubElement(root, "customer", {"id": case.person_id})
    _add(person, "name", subject.name)
    _add(person, "idNumber", subject.id_number)
    _add(person, "phone", subject.phone)
    _add(person, "cardNumber", subject.card_number)
    if rating is not None:
        _add(person, "riskRating", rating.rating.value)
    _add(root, "reasons", reasons)
    seen = ET.SubElement(root, "findings")
    for alert in alerts:
        one = ET.SubElement(seen, "finding", {"scenario": alert.scenario, "on": alert.on.isoformat()})
        if alert.scenario in named:
            _add(one, "description", named[alert.scenario].zh)
        if alert.facts.get("amount") is not None:
            _add(one, "amount", decimal_text(int(alert.facts["amount"]), "CNY"))
        for thing in alert.facts.get("ids", ()):
            _add(one, "about", str(thing))
    moved = ET.SubElement(root, "transactions")
    for payment in movements:
        one = ET.SubElement(
            moved, "transaction", {"id": payment["id"], "on": payment["settled_on"].isoformat(), "way": payment["kind"]}
        )
        _add(one, "amount", decimal_text(payment["amount"], payment["currency"]))
        _add(one, "currency", payment["currency"])
        _add(one, "rail", payment["rail"] or "")
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _plain(text)


def _plain(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(one for one in text if one in "\t\n\r" or (ord(one) >= 0x20 and ord(one) not in (0xFFFE, 0xFFFF)))
