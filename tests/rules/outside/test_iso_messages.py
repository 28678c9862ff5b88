"""Our messages hold against the standard's own schemas; theirs are believed only as far as they are readable."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sepaxml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xindai.base.http import ProviderFault
from xindai.outside import iso_messages
from xindai.outside.iso_messages import OurAccount
from xindai.outside.rails import Payee
from xindai.payments.orders.model import Direction, Intent, Payment, PaymentId, Status
from xindai.payments.receipts.model import Credit
from xindai.payments.reconciliation.model import LineKind
from xindai.values.masked import CardNumber, PersonName
from xindai.values.money import Money

SCHEMAS = Path(sepaxml.__file__).parent / "schemas"
OURS = OurAccount("某小额贷款有限公司", "8800000000000018")
AT = datetime(2026, 3, 6, 2, 30, 15, 77, tzinfo=UTC)
NS = "xmlns='urn:iso:std:iso:20022:tech:xsd:{}'"


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd"))


PAIN_001, PAIN_008 = schema("pain.001.001.09"), schema("pain.008.001.09")


def order(direction: Direction = Direction.PAY_OUT, minor: int = 600_000, serial: int = 7) -> Payment:
    intent = Intent.DUE if direction is Direction.COLLECTION else Intent.DISBURSEMENT
    payment_id = PaymentId.made(milliseconds=1_772_000_000_000, randomness=serial)
    return Payment(payment_id, direction, "loan_1", None, Money(minor), intent, Status.SUBMITTED, date(2026, 3, 6))


@given(
    st.sampled_from(Direction),
    st.integers(1, 10**11),
    st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=40),
    st.integers(0, 2**70),
)
def test_what_we_order_is_valid_by_the_schema(direction: Direction, minor: int, name: str, serial: int) -> None:
    payment = order(direction, minor, serial)
    message = iso_messages.initiation(
        payment, Payee(PersonName(name), CardNumber("6217000000000000012")), ours=OURS, at=AT
    )
    document = etree.fromstring(message)
    (PAIN_008 if direction is Direction.COLLECTION else PAIN_001).assertValid(document)
    assert document.findtext(".//{*}EndToEndId") == payment.id
    assert document.find(".//{*}InstdAmt").text == f"{minor // 100}.{minor % 100:02d}"
    assert name in [one.text for one in document.iterfind(".//{*}Nm")]


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20))
def test_a_file_of_debits_is_valid_by_the_schema_and_adds_up(amounts: list[int]) -> None:
    orders = [order(Direction.COLLECTION, minor, serial) for serial, minor in enumerate(amounts)]
    payee = Payee(PersonName("白羽"), CardNumber("6217000000000000012"))
    total = Money(sum(amounts))
    pairs = ((one, payee) for one in orders)
    message = iso_messages.direct_debits("bat_1", pairs, on=date(2026, 3, 6), total=total, ours=OURS, at=AT)
    document = etree.fromstring(message)
    PAIN_008.assertValid(document)
    assert [one.text for one in document.iterfind(".//{*}EndToEndId")] == [one.id for one in orders]
    assert {one.text for one in document.iterfind(".//{*}NbOfTxs")} == {str(len(orders))}
    assert {round(float(one.text) * 100) for one in document.iterfind(".//{*}CtrlSum")} == {sum(amounts)}


def report(
    status: str, *, order_id: str | None = None, amount: str = "6000.00", reason: str = "", more: str = ""
) -> bytes:
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    return (
        f"<Document {NS.format('pain.002.001.10')}><CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId><CreDtTm>2026-03-06T10:00:00Z</CreDtTm>"
        "</GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>M</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>{order_id or order().id}</OrgnlEndToEndId>"
        f"<TxSts>{status}</TxSts>{why}{more}<OrgnlTxRef><Amt><InstdAmt Ccy='CNY'>{amount}</InstdAmt></Amt></OrgnlTxRef>"
        "</TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def test_a_status_report_is_read() -> None:
    assert iso_messages.status_report(report("ACSP"), order()).status is Status.ACCEPTED
    refused = iso_messages.status_report(report("RJCT", reason="AM04"), order())
    assert (refused.status, refused.reason) == (Status.FAILED, "insufficient_funds")


@pytest.mark.parametrize(
    "content",
    [
        report("XXXX"),
        report("RJCT", reason="AM05"),  # the bank has it already: what became of it is asked for
        report("ACSC", order_id="pay_" + "0" * 26),
        report("ACSC", amount="6000.001"),
        report("ACSC", more="<Surprise/>"),
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + report("ACSC"),
        report("ACSC")[:-20],
        b"",
        b"{}",
    ],
)
def test_what_cannot_be_believed_is_no_answer(content: bytes) -> None:
    with pytest.raises(ProviderFault):
        iso_messages.status_report(content, order())


def entry(details: str, *, side: str = "CRDT", reversed_: bool = False) -> str:
    return (
        f"<Ntry><Amt Ccy='CNY'>10.00</Amt><CdtDbtInd>{side}</CdtDbtInd>{'<RvslInd>true</RvslInd>' if reversed_ else ''}"
        "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-06</Dt></BookgDt><AcctSvcrRef>E1</AcctSvcrRef><BkTxCd/>"
        f"{f'<NtryDtls><TxDtls>{details}</TxDtls></NtryDtls>' if details else ''}</Ntry>"
    )


def statement(*entries: str) -> bytes:
    def balance(code: str) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='CNY'>5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>"
            "<Dt><Dt>2026-03-06</Dt></Dt></Bal>"
        )

    return (
        f"<Document {NS.format('camt.053.001.08')}><BkToCstmrStmt><GrpHdr><MsgId>S</MsgId><CreDtTm>2026-03-06T10:00:00Z</CreDtTm>"
        f"</GrpHdr><Stmt><Id>S</Id><Acct><Id><Othr><Id>8</Id></Othr></Id></Acct>{balance('OPBD')}{balance('CLBD')}{''.join(entries)}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def details(order_id: str, side: str = "CRDT", more: str = "") -> str:
    return (
        f"<Refs><AcctSvcrRef>T1</AcctSvcrRef><EndToEndId>{order_id}</EndToEndId></Refs><Amt Ccy='CNY'>10.00</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd>{more}"
    )


def test_a_statement_tells_orders_returns_credits_and_the_banks_own_doing_apart() -> None:
    sender = (
        "<RltdPties><Dbtr><Pty><Nm>白羽</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>62</Id></Othr></Id></DbtrAcct>"
        "<CdtrAcct><Id><Othr><Id>88</Id></Othr></Id></CdtrAcct></RltdPties>"
    )
    page = iso_messages.statement_page(
        statement(
            entry(details("pay_1", "DBIT"), side="DBIT"),
            entry(details("pay_1", more="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"), reversed_=True),
            entry(details("NOTPROVIDED", more=sender)),
            entry("", side="DBIT"),
        ),
        "iso20022",
    )
    assert page.opening == Money(-500)
    assert [(line.kind, line.amount.minor) for line in page.lines] == [
        (LineKind.ORDER, -1000),
        (LineKind.BACK, 1000),
        (LineKind.CREDIT, 1000),
        (LineKind.OTHER, -1000),
    ]
    assert page.lines[1].reason == "account_closed"
    credit = page.lines[2].credit
    assert isinstance(credit, Credit)
    assert (credit.account, credit.sender.name.reveal()) == ("88", "白羽")


def test_a_statement_without_its_balances_is_no_statement() -> None:
    with pytest.raises(ProviderFault):
        iso_messages.statement_page(statement().replace(b"CLBD", b"XXXX"), "iso20022")
