"""Draws what the code says: the tables of moves into docs/states/, the house into docs/house.md.

Run by `make states`; a test compares the drawings with the code, so they cannot fall behind.
"""

import configparser
import itertools
import json
from pathlib import Path

from xindai.access.roles import model as roles
from xindai.book.capital import model as capital
from xindai.book.loss import floors
from xindai.book.returns import model as returns
from xindai.credit.decision import model as decision
from xindai.credit.models import model as models
from xindai.credit.review import model as review
from xindai.credit.strategies import model as strategies
from xindai.governance.alarms import model as alarms
from xindai.governance.laundering import model as laundering
from xindai.governance.rights import holdings
from xindai.governance.rights import model as rights
from xindai.lending.adjustments import model as adjustments
from xindai.lending.contracts import model as contracts
from xindai.lending.life import model as loans
from xindai.lending.line import model as line
from xindai.lending.pay_later import model as pay_later
from xindai.lending.settlements import model as settlements
from xindai.onboarding.application import model as application
from xindai.onboarding.documents import model as documents
from xindai.onboarding.duplicates import model as duplicates
from xindai.onboarding.notices import model as notices
from xindai.onboarding.proof import model as proof
from xindai.payments.agreements import model as agreements
from xindai.payments.batches import model as batches
from xindai.payments.orders import model as payments
from xindai.payments.receipts import model as receipts
from xindai.payments.reconciliation import model as reconciliation
from xindai.postloan.agencies import model as agencies
from xindai.postloan.cases import model as cases
from xindai.postloan.hardship import model as hardship
from xindai.postloan.legal import model as legal
from xindai.postloan.sales import model as sales
from xindai.products.catalogue import model as products

ROOT = Path(__file__).parents[2]
TABLES = {
    "application": (application.MOVES, application.Status.DRAFT),
    "face_check": (proof.MOVES, proof.FaceStatus.BEGUN),
    "duplicate": (duplicates.MOVES, duplicates.Status.FOUND),
    "notice": (notices.MOVES, notices.Status.WAITING),
    "document": (documents.MOVES, documents.Status.RECEIVED),
    "strategy": (strategies.MOVES, strategies.Status.PROPOSED),
    "model": (models.MOVES, models.Status.SUBMITTED),
    "review": (review.MOVES, review.Status.WAITING),
    "offer": (decision.OFFER_MOVES, decision.OfferStatus.OPEN),
    "role": (roles.MOVES, roles.Status.PROPOSED),
    "capital_statement": (capital.MOVES, capital.Status.PROPOSED),
    "return": (returns.MOVES, returns.Status.DRAWN),
    "product": (products.MOVES, products.Status.PROPOSED),
    "loan": (loans.MOVES, loans.Status.AWAITING_PAY_OUT),
    "line": (line.MOVES, line.Status.OPEN),
    "statement": (pay_later.MOVES, pay_later.Status.BILLED),
    "settlement": (settlements.MOVES, settlements.Status.ORDERED),
    "adjustment": (adjustments.MOVES, adjustments.Status.PROPOSED),
    "payment": (payments.MOVES, payments.Status.CREATED),
    "disclosure": (contracts.MOVES, contracts.Status.SHOWN),
    "agreement": (agreements.MOVES, agreements.Status.ASKED),
    "batch": (batches.MOVES, batches.Status.MADE),
    "case": (cases.MOVES, cases.Status.OPEN),
    "promise": (cases.PROMISE_MOVES, cases.PromiseStatus.OPEN),
    "hardship": (hardship.MOVES, hardship.Status.ASKED),
    "alarm": (alarms.MOVES, alarms.Status.OPEN),
    "aml_case": (laundering.MOVES, laundering.Status.OPEN),
    "agency": (agencies.AGENCY_MOVES, agencies.AgencyStatus.PROPOSED),
    "placement": (agencies.MOVES, agencies.Status.PLACED),
    "class_floor": (floors.MOVES, floors.Status.PROPOSED),
    "legal_case": (legal.MOVES, legal.Status.PROPOSED),
    "sale": (sales.MOVES, sales.Status.PROPOSED),
    "rights": (rights.MOVES, rights.Status.ASKED),
    "receipt": (receipts.MOVES, receipts.Status.CAME),
    "discrepancy": (reconciliation.MOVES, reconciliation.Status.OPEN),
}
WORDS = {
    "start": "the command begins",
    "main": "puts the pieces together",
    "shipped": "what comes along, or was named instead",
    "edges": "borrower, staff, providers, verifying, sandbox, cli",
    "journeys": "durable workflows, reactions",
    "outside": "bank, bureau, behaviour, social, sms, identity, wechat, papers",
    "governance": "overview, alarms, money laundering, model risk, compliance, the books, partners, rights",
    "access": "members, roles",
    "book": "reporting, returns, portfolio, loss, capital",
    "postloan": "watch, hardship, legal, agencies, sales, collections, cases, contacts",
    "payments": "reconciliation, batches, orders, receipts, agreements",
    "lending": "contracts, adjustments, settlements, pay_later, line, loans, life, ledger",
    "credit": "review, decision, strategies, models, graph, scoring, features, sources",
    "onboarding": "duplicates, application, screening, proof, documents, identity, consent, notices",
    "products": "catalogue, cost, schedules, terms",
    "base": "database, events, workflow, secrets, audit",
    "values": "money, rates, days, ids, refusals",
}


def states() -> dict[str, str]:
    """The drawing of each table, by file name."""
    drawn = {}
    for name, (moves, first) in TABLES.items():
        lines = [f"# {name}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}"]
        for before, after in moves.items():
            lines += [f"    {before.value} --> {to.value}: {event}" for to, event in after.items()]
            if not after:
                lines.append(f"    {before.value} --> [*]")
        drawn[f"{name}.md"] = "\n".join([*lines, "```", ""])
    return drawn


def data_map() -> str:
    """What is held of people, from its declaration."""
    declared = ROOT / "src" / "xindai" / "governance" / "rights" / "holdings.json"
    return holdings.page(holdings.parse(json.loads(declared.read_text(encoding="utf-8"))))


def house() -> str:
    """The layers of the import contract, the highest first; every arrow points down."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    layers = [line.strip() for line in contract["importlinter:contract:house"]["layers"].splitlines() if line.strip()]
    lines = [
        "# The house",
        "",
        "Drawn from the import contracts; every arrow points down.",
        "",
        "```mermaid",
        "flowchart TD",
    ]
    rows = [[room.strip() for room in layer.split("|")] for layer in layers]
    lines += [f'    {room}["{room}<br/><small>{WORDS[room]}</small>"]' for row in rows for room in row]
    for upper, lower in itertools.pairwise(rows):
        lines += [f"    {above} --> {below}" for above in upper for below in lower]
    return "\n".join([*lines, "```", ""])


def main() -> None:
    """Write all drawings."""
    folder = ROOT / "docs" / "states"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in states().items():
        (folder / name).write_text(text, encoding="utf-8")
    (ROOT / "docs" / "house.md").write_text(house(), encoding="utf-8")
    (ROOT / "docs" / "data-map.md").write_text(data_map(), encoding="utf-8")


if __name__ == "__main__":
    main()
