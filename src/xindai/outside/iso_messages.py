"""ISO 20022 messages, written and read: pain.001.001.09, pain.008.001.09, pain.002.001.10, camt.053.001.08, camt.054.001.08.

The classes of each message are those of its schema (`pyiso20022`); what a message has that its schema does not know, or lacks
that it asks for, makes it unreadable. Loaded on first use: the classes of five messages take a third of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from typing import Any

from xindai.base.http import ProviderFault
from xindai.outside.rails import Payee, word_of
from xindai.payments.orders.model import Direction, Payment, PaymentId, Status, Word
from xindai.payments.receipts.model import Credit, Sender
from xindai.payments.reconciliation.model import Line, LineKind
from xindai.values import money
from xindai.values.masked import CardNumber, PersonName
from xindai.values.money import Money, decimal_text
from xindai.values.refusal import Invalid

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
NOT_PROVIDED = "NOTPROVIDED"
_STATUS = {
    "ACSC": Status.SETTLED,
    "ACCC": Status.SETTLED,
    "RJCT": Status.FAILED,
    **dict.fromkeys(("RCVD", "PDNG", "ACTC", "ACCP", "ACSP", "ACWC"), Status.ACCEPTED),
}
_REASONS = {"AM04": "insufficient_funds", "AC04": "account_closed", "AC01": "account_unknown", "MD06": "disputed"}
DUPLICATE = "AM05"


@dataclass(frozen=True, slots=True)
class OurAccount:
    """The lender's account at the bank."""

    name: str
    number: str


Paired = tuple[Payment, Payee]


def initiation(payment: Payment, payee: Payee, *, ours: OurAccount, at: datetime) -> bytes:
    """The message that orders one payment: a credit transfer (pain.001), or a direct debit (pain.008)."""
    if payment.direction is Direction.COLLECTION:
        pairs = [(payment, payee)]
        return direct_debits(payment.id, pairs, on=payment.value_on, total=payment.amount, ours=ours, at=at)
    of = _classes("pain_001_001_09")
    one_amount = _decimal(payment.amount)
    amount = of.ActiveOrHistoricCurrencyAndAmount(value=one_amount, ccy=payment.amount.currency)
    header = of.GroupHeader85(
        msg_id=payment.id,
        cre_dt_tm=_moment(at),
        nb_of_txs="1",
        ctrl_sum=one_amount,
        initg_pty=of.PartyIdentification135(nm=ours.name),
    )
    us = (of.PartyIdentification135(nm=ours.name), _account(of, ours.number), _agent(of))
    them = (of.PartyIdentification135(nm=payee.name.reveal()), _account(of, payee.account.reveal()), _agent(of))
    named = of.PaymentIdentification6(instr_id=payment.id, end_to_end_id=payment.id)
    transfer = of.CreditTransferTransaction34(
        pmt_id=named,
        amt=of.AmountType4Choice(instd_amt=amount),
        cdtr=them[0],
        cdtr_acct=them[1],
        cdtr_agt=them[2],
    )
    order = of.PaymentInstruction30(
        pmt_inf_id=payment.id,
        pmt_mtd=of.PaymentMethod3Code.TRF,
        nb_of_txs="1",
        ctrl_sum=one_amount,
        reqd_exctn_dt=of.DateAndDateTime2Choice(dt=_day(payment.value_on)),
        dbtr=us[0],
        dbtr_acct=us[1],
        dbtr_agt=us[2],
        cdt_trf_tx_inf=[transfer],
    )
    body = of.CustomerCreditTransferInitiationV09(grp_hdr=header, pmt_inf=[order])
    return _written(of.Document(cstmr_cdt_trf_initn=body), "pain.001.001.09")


def direct_debits(
    message_id: str, pairs: Iterable[Paired], *, on: date, total: Money, ours: OurAccount, at: datetime
) -> bytes:
    """A pain.008 over one debit or many, all for the day `on`, over `total` together."""
    of = _classes("pain_008_001_09")
    transactions = [
        of.DirectDebitTransactionInformation23(
            pmt_id=of.PaymentIdentification6(instr_id=payment.id, end_to_end_id=payment.id),
            instd_amt=of.ActiveOrHistoricCurrencyAndAmount(value=_decimal(payment.amount), ccy=payment.amount.currency),
            dbtr=of.PartyIdentification135(nm=payee.name.reveal()),
            dbtr_acct=_account(of, payee.account.reveal()),
            dbtr_agt=_agent(of),
        )
        for payment, payee in pairs
    ]
    count, we = str(len(transactions)), of.PartyIdentification135(nm=ours.name)
    header = of.GroupHeader83(
        msg_id=message_id, cre_dt_tm=_moment(at), nb_of_txs=count, ctrl_sum=_decimal(total), initg_pty=we
    )
    instruction = of.PaymentInstruction37(
        pmt_inf_id=message_id,
        pmt_mtd=of.PaymentMethod2Code.DD,
        nb_of_txs=count,
        ctrl_sum=_decimal(total),
        reqd_colltn_dt=_day(on),
        cdtr=we,
        cdtr_acct=_account(of, ours.number),
        cdtr_agt=_agent(of),
        drct_dbt_tx_inf=transactions,
    )
    body = of.CustomerDirectDebitInitiationV09(grp_hdr=header, pmt_inf=[instruction])
    return _written(of.Document(cstmr_drct_dbt_initn=body), "pain.008.001.09")


def status_report(content: bytes, payment: Payment) -> Word:
    """What a pain.002 says of an order. Raises ProviderFault: unreadable, of another order, or a duplicate's refusal."""
    word = next((one for one in status_reports(content) if one.payment_id == payment.id), None)
    if word is None:
        raise ProviderFault("iso20022: the report is of another order")
    if word.reason == DUPLICATE.lower():
        raise ProviderFault("iso20022: the bank has this order already")
    return word


def status_reports(content: bytes) -> list[Word]:
    """What a pain.002 says of all its orders. Raises ProviderFault."""
    report = _read(content, "pain_002_001_10").cstmr_pmt_sts_rpt
    try:
        return [_status(one) for instruction in report.orgnl_pmt_inf_and_sts for one in instruction.tx_inf_and_sts]
    except (ValueError, KeyError, AttributeError, TypeError, Invalid) as error:
        raise ProviderFault(f"iso20022: unreadable status ({error!r})") from None


def _status(one: Any) -> Word:
    reasons = [info.rsn.cd or info.rsn.prtry for info in one.sts_rsn_inf if info.rsn is not None]
    return Word(
        payment_id=PaymentId.parse(one.orgnl_end_to_end_id),
        status=_STATUS[one.tx_sts],
        reference=one.acct_svcr_ref,
        reason=_REASONS.get(reasons[0], reasons[0].lower()) if reasons else None,
        amount=_money(one.orgnl_tx_ref.amt.instd_amt),
    )


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a statement: what the account opened and closed with, its lines, whether it is the last."""

    opening: Money
    closing: Money
    lines: list[Line]
    last: bool


def statement_page(content: bytes, rail: str) -> Page:
    """A camt.053. Raises ProviderFault."""
    try:
        (statement,) = _read(content, "camt_053_001_08").bk_to_cstmr_stmt.stmt
        balances = {one.tp.cd_or_prtry.cd: _signed(one) for one in statement.bal}
        lines = [line for entry in statement.ntry for line in _lines(entry, rail)]
        last = statement.stmt_pgntn is None or statement.stmt_pgntn.last_pg_ind
        return Page(balances["OPBD"], balances["CLBD"], lines, last)
    except (ValueError, KeyError, AttributeError, TypeError, Invalid) as error:
        raise ProviderFault(f"iso20022: unreadable statement ({error!r})") from None


def notification(content: bytes, rail: str) -> list[Word | Credit]:
    """What a camt.054 tells of: orders that were booked or went back, and credits. Raises ProviderFault."""
    told: list[Word | Credit] = []
    try:
        for one in _read(content, "camt_054_001_08").bk_to_cstmr_dbt_cdt_ntfctn.ntfctn:
            for line in (line for entry in one.ntry for line in _lines(entry, rail)):
                word = word_of(line)
                told += [word] if word else [line.credit] if line.credit else []
    except (ValueError, KeyError, AttributeError, TypeError, Invalid) as error:
        raise ProviderFault(f"iso20022: unreadable notification ({error!r})") from None
    return told


def _lines(entry: Any, rail: str) -> Iterator[Line]:
    """The transactions of an entry; an entry without any is what the bank did by itself."""
    on = entry.bookg_dt.dt.to_date()
    details = [one for detail in entry.ntry_dtls for one in detail.tx_dtls]
    if not details:
        yield Line(entry.acct_svcr_ref, LineKind.OTHER, on, _signed(entry), None)
    for one in details:
        amount = _signed(one)
        reference = one.refs.acct_svcr_ref
        if not reference:
            raise ValueError("a transaction without a reference")
        order = one.refs.end_to_end_id
        if order and order != NOT_PROVIDED:
            back = bool(entry.rvsl_ind) or one.rtr_inf is not None
            reason = one.rtr_inf.rsn.cd if one.rtr_inf is not None and one.rtr_inf.rsn is not None else None
            kind = LineKind.BACK if back else LineKind.ORDER
            yield Line(reference, kind, on, amount, order, reason=_REASONS.get(reason or "", reason))
        elif amount.minor > 0:
            yield Line(reference, LineKind.CREDIT, on, amount, None, _credit(one, rail, reference, amount, on))
        else:
            yield Line(reference, LineKind.OTHER, on, amount, None)


def _credit(one: Any, rail: str, reference: str, amount: Money, on: date) -> Credit:
    parties = one.rltd_pties
    sender = Sender(
        PersonName(parties.dbtr.pty.nm or ""),
        CardNumber(parties.dbtr_acct.id.othr.id),
        " ".join(one.rmt_inf.ustrd) if one.rmt_inf is not None else "",
    )
    account = parties.cdtr_acct.id.othr.id if parties.cdtr_acct is not None else None
    return Credit(rail, reference, amount, on, account, sender)


def _signed(one: Any) -> Money:
    amount = _money(one.amt)
    return amount if one.cdt_dbt_ind.value == "CRDT" else -amount


def _decimal(amount: Money) -> Decimal:
    return Decimal(decimal_text(amount.minor, amount.currency))


def _money(stated: Any) -> Money:
    return money.parse(f"{stated.value:f}", stated.ccy)


def _account(of: Any, number: str) -> Any:
    return of.CashAccount38(
        id=of.AccountIdentification4Choice(othr=of.GenericAccountIdentification1(id=number)), ccy="CNY"
    )


def _agent(of: Any) -> Any:
    institution = of.FinancialInstitutionIdentification18(othr=of.GenericFinancialIdentification1(id=NOT_PROVIDED))
    return of.BranchAndFinancialInstitutionIdentification6(fin_instn_id=institution)


def _day(on: date) -> Any:
    from xsdata.models.datatype import XmlDate

    return XmlDate.from_date(on)


def _moment(at: datetime) -> Any:
    from xsdata.models.datatype import XmlDateTime

    return XmlDateTime.from_datetime(at.replace(microsecond=0))


@lru_cache(maxsize=8)
def _classes(message: str) -> Any:
    return import_module(f"pyiso20022.{message[:4]}.{message}")


def _written(document: Any, message: str) -> bytes:
    from xsdata.formats.dataclass.serializers import XmlSerializer

    return XmlSerializer().render(document, ns_map={None: f"{NAMESPACE}{message}"}).encode()


def _read(content: bytes, message: str) -> Any:
    """The document, if its schema knows all of it. Raises ProviderFault."""
    from xsdata.exceptions import ParserError
    from xsdata.formats.dataclass.parsers import XmlParser
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata.formats.dataclass.parsers.handlers import XmlEventHandler

    strict = ParserConfig(
        fail_on_unknown_properties=True, fail_on_unknown_attributes=True, fail_on_converter_warnings=True
    )
    if b"<!" in content.replace(b"<!--", b"") or b"\x00" in content:
        raise ProviderFault("iso20022: a document type, or another encoding than UTF-8")
    try:
        return XmlParser(config=strict, handler=XmlEventHandler).from_bytes(content, _classes(message).Document)
    except (ParserError, TypeError, ValueError, SyntaxError, Warning) as error:
        raise ProviderFault(f"iso20022: not a {message} ({error})") from None
