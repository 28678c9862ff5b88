"""A made-up bank that speaks ISO 20022 (`contracts/iso20022.md`): XML read by its paths and written from templates, not by the product's code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from starlette.requests import Request

from xindai_sandbox.bank import Notices
from xindai_sandbox.banking import PAGE, Banking, yuan
from xindai_sandbox.failures import Failures
from xindai_sandbox.store import Store

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
REASONS = {
    "insufficient_funds": "AM04", "account_closed": "AC04", "account_unknown": "AC01", "disputed": "MD06",
    "order_differs": "AM05", "duplicate": "AM05",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One transaction of an initiation."""

    kind: str
    order: dict[str, str]
    message_id: str

    @property
    def named(self) -> tuple[str, str]:
        """The message it came in, and what it is called."""
        return self.message_id, self.order["order_id"]


class IsoBank:
    """Its doors; `notices_to` is where it calls back, as was agreed when the account was opened."""

    def __init__(self, store: Store, failures: Failures, secret: str, *, notices_to: str) -> None:
        store.prepare("CREATE TABLE IF NOT EXISTS iso_message (id TEXT, order_id TEXT, PRIMARY KEY (id, order_id))")
        self.notices = Notices("iso20022", failures, secret)
        self.notices.reached_at(notices_to)
        self.banking = Banking(store, failures, "iso20022", tell=self._tell, tell_credit=self._tell_line)

    def begin(self) -> None:
        """Go on with the orders that were taken before."""
        self.banking.begin()

    async def end(self) -> None:
        """Leave what is not carried out for the next time."""
        await self.banking.end()
        await self.notices.end()

    async def initiate(self, _request: Request, raw: bytes) -> tuple[int, bytes]:
        """Take a pain.001 or pain.008."""
        try:
            root = _parsed(raw)
            message = etree.QName(root).namespace.removeprefix(NAMESPACE)
            asked = list(_transactions(root))
            today = _text(root, "CreDtTm")[:10]
        except (etree.XMLSyntaxError, ValueError, AttributeError) as error:
            return 400, f"<Error>{escape(str(error))}</Error>".encode()
        statuses = []
        with self.banking.store.together():
            for one in asked:
                taken = self.banking.take(one.kind, one.order, today=today)
                if not taken.new:
                    statuses.append(_status({**taken.order, "status": "failed", "reason": "duplicate"}))
                    continue
                statuses.append(_status(taken.order, day=self.banking.day))
                self.banking.store.run("INSERT OR IGNORE INTO iso_message VALUES (?, ?)", *one.named)
        return 200, _report(asked[0].message_id, message, statuses)

    async def status(self, request: Request, _raw: bytes) -> tuple[int, bytes]:
        """What became of an order, or of all of a message: pain.002."""
        message_id = request.query_params.get("msg_id", "")
        of_message = self.banking.store.rows(
            "SELECT o.* FROM iso_message m JOIN bank_order o ON o.order_id = m.order_id WHERE m.id = ?", message_id
        )
        if of_message:
            statuses = [_status(one, day=self.banking.day) for one in of_message]
            return 200, _report(message_id, "pain.008.001.09", statuses)
        order = self.banking.order(request.query_params.get("end_to_end_id", ""))
        if order is None:
            return 404, b""
        message = "pain.008.001.09" if order["kind"] == "debit" else "pain.001.001.09"
        return 200, _report(order["order_id"], message, [_status(order, day=self.banking.day)])

    async def statement(self, request: Request, _raw: bytes) -> tuple[int, bytes]:
        """A page of a day's statement: camt.053."""
        asked = request.query_params
        number = int(asked.get("page", "1"))
        page = self.banking.statement(asked["on"], final=asked.get("final") == "1", after=0, skip=(number - 1) * PAGE)
        entries = "".join(_entry(line) for line in page["lines"])
        balances = _balance("OPBD", page["opening"], page["on"]) + _balance("CLBD", page["closing"], page["on"])
        last = "false" if page["next"] else "true"
        body = (
            f"<Document xmlns='{NAMESPACE}camt.053.001.08'><BkToCstmrStmt>{_header('S' + page['on'])}<Stmt>"
            f"<Id>S{page['on']}</Id><StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{last}</LastPgInd></StmtPgntn>"
            f"{_ACCOUNT}{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
        )
        return 200, body.encode()

    async def _tell(self, order: dict[str, Any]) -> None:
        """Only what is booked is told of; that an order failed is for its status."""
        way = {"settled": ("pay_out", "debit"), "returned": ("back",), "reversed": ("back",)}.get(order["status"], ())
        line = self.banking.line_of(order["order_id"], way)
        if line is not None:
            await self._tell_line(line)

    async def _tell_line(self, line: dict[str, Any]) -> None:
        body = (
            f"<Document xmlns='{NAMESPACE}camt.054.001.08'><BkToCstmrDbtCdtNtfctn>{_header(line['reference'])}<Ntfctn>"
            f"<Id>{line['reference']}</Id>{_ACCOUNT}{_entry(line)}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
        )
        await self.notices.post("", body.encode(), kind="application/xml")


_ACCOUNT = "<Acct><Id><Othr><Id>8800000000000018</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"


def _parsed(raw: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(raw, parser)


def _text(node: Any, path: str) -> str:
    found = node.find(".//{*}" + "/{*}".join(path.split("/")))
    if found is None or found.text is None:
        raise ValueError(f"{path} is missing")
    return str(found.text)


def _transactions(root: Any) -> Iterator[Asked]:
    debits = root.find("{*}CstmrDrctDbtInitn") is not None
    transaction, amount, party = (
        ("DrctDbtTxInf", "InstdAmt", "DbtrAcct") if debits else ("CdtTrfTxInf", "Amt/InstdAmt", "CdtrAcct")
    )
    message_id, count = _text(root, "GrpHdr/MsgId"), int(_text(root, "GrpHdr/NbOfTxs"))
    found = root.findall(".//{*}" + transaction)
    if len(found) != count:
        raise ValueError("NbOfTxs does not count the transactions")
    for instruction in root.findall(".//{*}PmtInf"):
        day = _text(instruction, "ReqdColltnDt") if debits else _text(instruction, "ReqdExctnDt/Dt")
        for one in instruction.findall("{*}" + transaction):
            stated = one.find(".//{*}InstdAmt")
            order = {
                "order_id": _text(one, "PmtId/EndToEndId"),
                "amount": f"{Decimal(_text(one, amount)):.2f}",
                "currency": stated.get("Ccy"),
                "card": _text(one, f"{party}/Id/Othr/Id"),
                "value_on": day,
                "notify_url": "",
            }
            yield Asked("debit" if debits else "pay_out", order, message_id)


def _status(order: dict[str, Any], *, day: str = "") -> str:
    """One transaction of a pain.002."""
    status = {"failed": "RJCT", "accepted": "PDNG" if order["value_on"] > day else "ACSP"}.get(order["status"], "ACSC")
    reason = f"<StsRsnInf><Rsn><Cd>{REASONS.get(order['reason'], 'NARR')}</Cd></Rsn></StsRsnInf>"
    booked = f"<AcctSvcrRef>{order['reference']}</AcctSvcrRef>" if status == "ACSC" else ""
    amount = f"<InstdAmt Ccy='{order['currency']}'>{order['amount']}</InstdAmt>"
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{order['order_id']}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        f"{reason if status == 'RJCT' else ''}{booked}<OrgnlTxRef><Amt>{amount}</Amt></OrgnlTxRef></TxInfAndSts>"
    )


def _report(message_id: str, message: str, statuses: list[str]) -> bytes:
    name = ".".join(message.split(".")[:2])
    return (
        f"<Document xmlns='{NAMESPACE}pain.002.001.10'><CstmrPmtStsRpt>{_header('R' + message_id[-30:])}"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message_id}</OrgnlMsgId><OrgnlMsgNmId>{name}</OrgnlMsgNmId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message_id}</OrgnlPmtInfId>{''.join(statuses)}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def _header(identifier: str) -> str:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"<GrpHdr><MsgId>{identifier}</MsgId><CreDtTm>{now}</CreDtTm></GrpHdr>"


def _balance(code: str, minor: int, on: str) -> str:
    side = "DBIT" if minor < 0 else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='CNY'>{yuan(abs(minor))}</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def _entry(line: dict[str, Any]) -> str:
    """One booked entry."""
    amount, side = f"<Amt Ccy='CNY'>{yuan(abs(line['minor']))}</Amt>", "DBIT" if line["minor"] < 0 else "CRDT"
    back = line["kind"] == "back"
    details = "" if line["kind"] == "charge" else f"<NtryDtls>{_details(line, amount, side)}</NtryDtls>"
    return (
        f"<Ntry>{amount}<CdtDbtInd>{side}</CdtDbtInd>{'<RvslInd>true</RvslInd>' if back else ''}"
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{line['booked_on']}</Dt></BookgDt><AcctSvcrRef>{line['reference']}</AcctSvcrRef>"
        f"<BkTxCd><Prtry><Cd>{line['kind']}</Cd></Prtry></BkTxCd>{details}</Ntry>"
    )


def _details(line: dict[str, Any], amount: str, side: str) -> str:
    parties = remark = returned = ""
    if line["kind"] == "credit":
        parties = (
            f"<RltdPties><Dbtr><Pty><Nm>{escape(line['sender_name'])}</Nm></Pty></Dbtr>"
            f"<DbtrAcct><Id><Othr><Id>{escape(line['sender_account'])}</Id></Othr></Id></DbtrAcct>"
            f"<CdtrAcct><Id><Othr><Id>{escape(line['account'])}</Id></Othr></Id></CdtrAcct></RltdPties>"
        )
        remark = f"<RmtInf><Ustrd>{escape(line['remark'])}</Ustrd></RmtInf>" if line["remark"] else ""
    if line["kind"] == "back":
        returned = f"<RtrInf><Rsn><Cd>{REASONS.get(line['remark'], 'NARR')}</Cd></Rsn></RtrInf>"
    return (
        f"<TxDtls><Refs><AcctSvcrRef>{line['reference']}</AcctSvcrRef>"
        f"<EndToEndId>{line['order_id'] or 'NOTPROVIDED'}</EndToEndId></Refs>{amount}<CdtDbtInd>{side}</CdtDbtInd>"
        f"{parties}{remark}{returned}</TxDtls>"
    )
