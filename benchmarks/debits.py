"""A hundred thousand debits by file: ordered and put into files, written as the gateway wants them, its results read and applied.

The gateway is left out: what it answers is made before the clock runs. Beside it, the same results heard one by one.
"""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import servicing
from benchmarks.result import Result
from xindai.base import crypto, embedded
from xindai.base.crypto import KeyRing
from xindai.base.db import Database, Tx
from xindai.base.http import SignedClient
from xindai.journeys import pay
from xindai.outside import agreement_pay
from xindai.outside.agreement_pay import AgreementPay
from xindai.payments.agreements import queries as agreed
from xindai.payments.batches import operations as batches
from xindai.payments.batches.model import Batch
from xindai.payments.orders import operations as payments
from xindai.payments.orders import queries as ordered
from xindai.payments.orders.model import Word
from xindai.values.money import Money, decimal_text

SIZE = int(os.environ.get("XINDAI_DEBITS", "100000"))
CHUNK, FEW = 1000, 500


class Wire(SignedClient):
    """Takes files, and keeps them."""

    def __init__(self) -> None:
        super().__init__("agreement_pay", "http://127.0.0.1:9", key_id="k", secret="s")  # noqa: S106 - nobody is called
        self.taken: list[bytes] = []

    def exchange(self, *said: Any, **_: Any) -> tuple[int, Any]:
        self.taken.append(said[-1])
        return 202, {"status": "working"}


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        url = embedded.attach(Path(folder))
        try:
            ring = crypto.load_ring(Path(folder) / "keys")
            database = Database(servicing.fresh(url, SIZE))
            servicing.lend(database, SIZE)
            _agree(database, ring)
            return _measure(database, ring)
        finally:
            embedded.release(Path(folder))


def _measure(database: Database, ring: KeyRing) -> list[Result]:
    due = servicing.instalments(database, "s.next_due_on > :on", on=servicing.BEGAN)
    wanted = {loan_id: Money(amount) for loan_id, amount in due}
    began = time.perf_counter()
    with database.transaction() as tx:
        count = payments.order_debits(tx, wanted, on=servicing.BEGAN)
        files = batches.fill(tx, rail=AgreementPay.facts, on=servicing.BEGAN)
    ordering = time.perf_counter() - began
    assert count == sum(one.orders for one in files) == len(due)
    wire = Wire()
    rail = AgreementPay(wire, secret="s", notices_to="")  # noqa: S106 - nobody is called
    began = time.perf_counter()
    for batch in files:
        with database.transaction() as tx:
            orders = ordered.of_batch(tx, batch.id)
            payees = pay.payees(tx, ring, orders, rail=batch.rail)
        rail.send_file(batch, ((one, payees[one.person_id or ""]) for one in orders))
        with database.transaction() as tx:
            batches.sent(tx, batch_id=batch.id)
    sending = time.perf_counter() - began
    with database.transaction() as tx:
        tx.run("ANALYZE")
    results = [_results(content) for content in wire.taken]
    one_by_one = _one_by_one(database, files[0], results[0])
    began = time.perf_counter()
    for batch, content in zip(files, results, strict=True):
        for words in _chunks(iter(agreement_pay.read_results(content, batch))):
            with database.transaction() as tx:
                assert not batches.hear(tx, words, batch=batch, in_part=True)
    hearing = time.perf_counter() - began
    with database.transaction() as tx:
        left = tx.value("SELECT count(*) FROM payment WHERE status NOT IN ('settled', 'failed')")
        database_rows = tx.value("SELECT count(*) FROM loan_fact WHERE kind = 'repayment'")
    assert left == 0
    assert database_rows > 0
    return [
        Result(f"debits ordered and filed, {len(due):,} at once", len(due) / ordering, "1/s"),
        Result("debits written to files, cards unsealed", len(due) / sending, "1/s"),
        Result(
            "results of files applied to orders, loans and ledger",
            (len(due) - FEW) / hearing,
            "1/s",
            "one by one",
            one_by_one,
        ),
    ]


def _one_by_one(database: Database, batch: Batch, content: bytes) -> float:
    words = agreement_pay.read_results(content, batch)[:FEW]
    began = time.perf_counter()
    for word in words:
        with database.transaction() as tx:
            payments.hear(tx, word, product=None)
    return FEW / (time.perf_counter() - began)


def _results(content: bytes) -> bytes:
    """What the gateway would answer: one in twenty has no money."""
    head, *lines, tail, _ = content.decode().split("\n")
    answered, settled = [], 0
    for number, line in enumerate(lines):
        _, order_id, _, amount, _ = line.split(",")
        paid = number % 20 != 7
        settled += round(float(amount) * 100) if paid else 0
        outcome = f"settled,{amount},B{order_id}," if paid else f"failed,{amount},B{order_id},insufficient_funds"
        answered.append(f"R,{order_id},{outcome}")
    return "\n".join([head, *answered, f"T,{tail.split(',')[1]},{decimal_text(settled, 'CNY')}", ""]).encode()


def _agree(database: Database, ring: KeyRing) -> None:
    """A person for each loan, who has agreed."""
    with database.transaction() as tx:
        loans = [row["id"] for row in tx.rows("SELECT id FROM loan ORDER BY id")]
        for start in range(0, len(loans), 10_000):
            _people(tx, ring, loans[start : start + 10_000])
        tx.run("UPDATE loan SET person_id = 'person_' || substr(id, 6)")


def _people(tx: Tx, ring: KeyRing, loans: Sequence[str]) -> None:
    rows = []
    for loan_id in loans:
        person_id, number = f"person_{loan_id[5:]}", int(loan_id[5:])
        told = {"phone": f"139{number % 10**8:08d}", "name": "某人", "id_number": "110101199003070097"}
        sealed = {
            column: ring.seal(text, f"person.{column}|{person_id}")
            for column, text in {**told, "card_number": "6217000000000000012"}.items()
        }
        agreement = f"agr_{loan_id[5:]}"
        rows.append({
            "id": person_id, **sealed, "index": ring.blind_index(loan_id, "phone"), "agreement": agreement,
            "card": ring.blind_index(loan_id, "card_number"), "rail": agreement_pay.NAME, "at": tx.at,
            "number": ring.seal(f"A{number:020d}", agreed.place(agreement)),
        })  # fmt: skip
    tx.run_many(
        "INSERT INTO person (id, phone, phone_index, name, id_number, card_number, card_index, at)"
        " VALUES (:id, :phone, :index, :name, :id_number, :card_number, :card, :at)",
        rows,
    )
    tx.run_many(
        "INSERT INTO debit_agreement (id, person_id, rail, card_index, number, status, at)"
        " VALUES (:agreement, :id, :rail, :card, :number, 'active', :at)",
        rows,
    )


def _chunks(words: Iterator[Word]) -> Iterator[Sequence[Word]]:
    while some := list(islice(words, CHUNK)):
        yield some
