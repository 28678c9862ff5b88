"""Money movement: a million lines reconciled beside bare SQL that joins the same rows, contracts made, messages of a bank read."""

import json
import tempfile
import time
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

from benchmarks.result import Result
from xindai.base import db, embedded
from xindai.base.db import Database
from xindai.base.paper import FontMissing, Paper
from xindai.base.seal import Sealer
from xindai.lending.contracts import disclosure, document
from xindai.lending.contracts.model import Asked, Disclosure, DisclosureId, Status, Subject
from xindai.outside import iso_messages
from xindai.payments.reconciliation import operations as reconciliation
from xindai.payments.reconciliation.model import Line, LineKind, Statement
from xindai.products.catalogue.starter import CONSUMER
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone
from xindai.values.money import Money
from xindai.values.rate import rate

ON = date(2026, 3, 6)
AT = datetime(2026, 3, 6, 2, 30, tzinfo=UTC)
LINES, CHUNK, CONTRACTS, ENTRIES = 1_000_000, 5000, 40, 2000


def run() -> list[Result]:
    return [*_reconciled(), *_contracts(), *_messages()]


def _reconciled() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = embedded.attach(home)
        try:
            db.migrate(url)
            database = Database(url)
            _orders(database)
            with database.transaction() as tx:
                began = time.perf_counter()
                matched = tx.value(
                    "SELECT count(*) FROM payment p JOIN told t ON t.payment_id = p.id AND t.amount = p.amount"
                    " WHERE p.rail = 'house' AND p.status = 'settled'"
                )
                joined = time.perf_counter() - began
                began = time.perf_counter()
                tx.run("CREATE TABLE kept AS SELECT * FROM told")
                tx.run("ALTER TABLE kept ADD PRIMARY KEY (reference)")
                tx.run(
                    "UPDATE kept SET matched = true FROM payment p WHERE p.id = kept.payment_id AND p.amount = kept.amount"
                )
                bare = time.perf_counter() - began
            assert matched == LINES
            lines = [
                Line(f"B{number:09d}", LineKind.ORDER, ON, Money(10_000 + number % 977), f"pay_{number:026d}")
                for number in range(LINES)
            ]
            total = sum(line.amount.minor for line in lines)
            began = time.perf_counter()
            for start in range(0, LINES, CHUNK):
                with database.transaction() as tx:
                    reconciliation.keep_lines(tx, "house", lines[start : start + CHUNK])
            kept = time.perf_counter() - began
            began = time.perf_counter()
            with database.transaction() as tx:
                left = reconciliation.match(tx, Statement("house", ON, Money(0), Money(total), iter(())))
            paired = time.perf_counter() - began
            assert left == 0
            database.close()
        finally:
            embedded.release(home)
    return [
        Result(
            "statement lines kept and matched with orders", LINES / (kept + paired), "lines/s", "bare SQL", LINES / bare
        ),
        Result("statement lines matched, once kept", LINES / paired, "lines/s", "bare join", LINES / joined),
    ]


def _orders(database: Database) -> None:
    """A million settled debits, and a table of what a bank tells of them."""
    with database.transaction() as tx:
        tx.run("ALTER TABLE payment DISABLE TRIGGER ALL")
        tx.run("ALTER TABLE payment DROP CONSTRAINT payment_loan_id_fkey")
        tx.run(
            "INSERT INTO payment (id, kind, loan_id, amount, currency, intent, status, value_on, rail, settled_on, at)"
            " SELECT 'pay_' || lpad(n::text, 26, '0'), 'collection', 'loan_' || n, 10000 + n % 977, 'CNY', 'due', 'settled',"
            " :on, 'house', :on, :at FROM generate_series(0, :last) n",
            on=ON,
            at=AT,
            last=LINES - 1,
        )
        tx.run(
            "CREATE TABLE told AS SELECT 'B' || lpad(n::text, 9, '0') AS reference, 'pay_' || lpad(n::text, 26, '0')"
            " AS payment_id, (10000 + n % 977)::bigint AS amount, CAST(:on AS date) AS on_day, false AS matched"
            " FROM generate_series(0, :last) n",
            on=ON,
            last=LINES - 1,
        )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _contracts() -> list[Result]:
    terms = CONSUMER.terms(principal=Money(600_000), annual_rate=rate("0.144"), months=12, disbursed_on=ON)
    began = time.perf_counter()
    for _ in range(CONTRACTS):
        stated = disclosure.statement(terms, product=CONSUMER, lender="某公司", by_example=False)
    stating = (time.perf_counter() - began) / CONTRACTS
    asked = Asked(Subject.OFFER, "off_1", Money(600_000), 12)
    shown = Disclosure(DisclosureId("dcl_1"), "per_1", asked, stated, Status.CONFIRMED, ON, AT, AT)
    folder = resources.files("xindai.lending.contracts")
    party = document.Party(
        PersonName("白小羽"), IdNumber("110101199003070097"), Phone("13800000000"), CardNumber("6217000000000000012")
    )
    texts = json.loads(folder.joinpath("clauses.json").read_text(encoding="utf-8"))
    made = document.document(shown, number="AAAA-0000", kind="loan", party=party, product=CONSUMER, texts=texts, at=AT)
    template, paper = folder.joinpath("contract.typ").read_text(encoding="utf-8"), Paper()
    page = document.page(made, signature="ab" * 64, made="2026-03-06")
    results = [Result("statement of the whole cost, 12 instalments", stating * 1e3, "ms")]
    try:
        paper.pdf(template, page, at=AT)
    except FontMissing:
        return results
    with tempfile.TemporaryDirectory() as keys:
        sealer = Sealer(Path(keys), lender="某公司")
        sealer.sign(paper.pdf(template, page, at=AT), signer="白小羽", reason="agreed")
        began = time.perf_counter()
        for _ in range(CONTRACTS):
            pdf = paper.pdf(template, page, at=AT)
        set_in = (time.perf_counter() - began) / CONTRACTS
        began = time.perf_counter()
        for _ in range(CONTRACTS):
            signed = sealer.sign(pdf, signer="白小羽", reason="agreed")
        sealed = (time.perf_counter() - began) / CONTRACTS
        began = time.perf_counter()
        for _ in range(CONTRACTS):
            assert sealer.verify(signed)
        verified = (time.perf_counter() - began) / CONTRACTS
    return [
        *results,
        Result("contract of two pages typeset", set_in * 1e3, "ms"),
        Result("contract signed for borrower and lender (PAdES)", sealed * 1e3, "ms"),
        Result("contract verified", verified * 1e3, "ms"),
    ]


def _messages() -> list[Result]:
    """A page of a camt.053 read strictly by its schema's classes."""
    entry = (
        "<Ntry><Amt Ccy='CNY'>10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-06</Dt></BookgDt>"
        "<AcctSvcrRef>E</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><Refs><AcctSvcrRef>T{n}</AcctSvcrRef><EndToEndId>pay_{n}</EndToEndId>"
        "</Refs><Amt Ccy='CNY'>10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls></NtryDtls></Ntry>"
    )
    balance = (
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='CNY'>5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        "<Dt><Dt>2026-03-06</Dt></Dt></Bal>"
    )
    content = (
        f"<Document xmlns='{iso_messages.NAMESPACE}camt.053.001.08'><BkToCstmrStmt><GrpHdr><MsgId>S</MsgId>"
        "<CreDtTm>2026-03-06T10:00:00Z</CreDtTm></GrpHdr><Stmt><Id>S</Id><Acct><Id><Othr><Id>8</Id></Othr></Id></Acct>"
        + "".join(balance.format(code=code) for code in ("OPBD", "CLBD"))
        + "".join(entry.format(n=number) for number in range(ENTRIES))
        + "</Stmt></BkToCstmrStmt></Document>"
    ).encode()
    iso_messages.statement_page(content[: content.index(b"<Ntry>")] + b"</Stmt></BkToCstmrStmt></Document>", "iso20022")
    began = time.perf_counter()
    page = iso_messages.statement_page(content, "iso20022")
    took = time.perf_counter() - began
    assert len(page.lines) == ENTRIES
    return [Result("camt.053 entries read", ENTRIES / took, "entries/s")]
