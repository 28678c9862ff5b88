"""What others send, or staff bring as a file, spoilt anywhere, is read or refused by its declared refusal; what is read, everything behind it can take."""

import copy
import json
import math
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xindai.base import http
from xindai.base.http import ProviderFault, SignedClient
from xindai.credit import scoring
from xindai.credit.features import behaviour, bureau, social
from xindai.credit.models.model import Use, fit, readable
from xindai.credit.sources import events, market, report, ties
from xindai.credit.strategies import graph
from xindai.onboarding.consent.model import Grant, GrantId, Scope
from xindai.onboarding.documents.model import Kind, Page, Prepared
from xindai.onboarding.identity.model import Person, PersonId, Proof
from xindai.outside import bank, iso_messages, sms, wechat_pay
from xindai.outside.bank import Bank
from xindai.outside.kyc import Looked
from xindai.outside.rails import NoticeUnproven
from xindai.outside.sms import Reply, Sms
from xindai.outside.tencent import Account, TencentFaces, TencentFourElements, TencentReader, TencentTexts
from xindai.outside.wechat import App, Wechat, WechatCodeWrong
from xindai.payments.orders.model import PaymentId, Word
from xindai.postloan.collections import model as collections
from xindai.values import json_text
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone, PhoneWrong, Secret
from xindai.values.refusal import Refusal
from xindai_sandbox import iso_bank, population, society

ON = date(2026, 3, 6)
ORDER = PaymentId.made(milliseconds=1_772_000_000_000, randomness=7)
LARGEST = 2**63 - 1
JUNK = st.sampled_from(
    [None, True, 0, -1, 10**30, -(10**30), 1.5, math.nan, math.inf, "", " ", "x" * 500, "1e400", "-0.01", "9" * 24,
     "N", "2026-13-40", "0001-01-01", "9999-12-31", "2026-03-06T25:61", "２０２６-03-06", "CNY", [], {}, [None], [[]], {"": {}}]
)  # fmt: skip


def spots(document: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a document something stands."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [at, *(spot for key, value in inner for spot in spots(value, (*at, key)))]


@st.composite
def spoilt(draw: st.DrawFn, documents: Sequence[Any]) -> Any:
    """A document with up to three things in it changed for nonsense, left out, or there twice."""
    document = json.loads(json.dumps(draw(st.sampled_from(documents))))
    for _ in range(draw(st.integers(1, 3))):
        spot = draw(st.sampled_from(spots(document)))
        if not spot:
            continue
        within = document
        for key in spot[:-1]:
            within = within[key]
        how = draw(st.sampled_from(["junk", "out", "twice"]))
        if how == "out":
            del within[spot[-1]]
        elif how == "twice" and isinstance(within, list):
            within.insert(0, copy.deepcopy(within[spot[-1]]))
        else:
            within[spot[-1]] = copy.deepcopy(draw(JUNK))
    return document


def fits(found: Mapping[str, int | None]) -> bool:
    """Features are whole numbers of 64 bits, or missing."""
    return all(value is None or (isinstance(value, int) and abs(value) <= LARGEST) for value in found.values())


REPORTS = [population.report_of(random.Random(seed), 2.0, ON) for seed in range(6)]
MARKET = [population.market_of(one) for one in REPORTS]


@given(spoilt(REPORTS))
def test_a_spoilt_credit_report_is_refused_or_counted(document: Any) -> None:
    try:
        found = report.parse(document)
    except report.ReportMalformed:
        return
    assert fits(bureau.features(found, on=ON))


@given(spoilt(MARKET))
def test_a_spoilt_report_of_the_second_bureau_is_refused_or_counted(document: Any) -> None:
    try:
        found = market.parse(document)
    except report.ReportMalformed:
        return
    assert fits(bureau.features(found, on=ON))


LIVES = [{"events": society.events({"seed": str(n), "risk": n / 2, "income": 8000.0}, ON)[-12:]} for n in range(4)]


@given(spoilt(LIVES))
def test_a_spoilt_life_is_refused_or_counted(document: Any) -> None:
    try:
        found = events.parse(document)
    except events.EventsMalformed:
        return
    assert fits(behaviour.of_person(found, on=ON))


TIES = [{"ties": society.told(society.ties_of(1, n, 500, ON), ON)[:8]} for n in range(4)]


@given(spoilt(TIES))
def test_spoilt_ties_are_refused_or_counted(document: Any) -> None:
    try:
        found = ties.parse(document)
    except ties.TiesMalformed:
        return
    assert fits(social.features(ties.Neighbourhood("a", found, {}, {}), on=ON))


SECRET = "of a test"
CLIENT = SignedClient("bank", "http://127.0.0.1:9", key_id="k", secret=SECRET)
WORDS = [
    {"order_id": ORDER, "status": "settled", "reference": "B1", "reason": None, "amount": "12.30", "currency": "CNY"},
    {"order_id": ORDER, "status": "failed", "reference": "B1", "reason": "insufficient_funds", "amount": "12.30", "currency": "CNY"},
    {"kind": "credit", "reference": "B2", "booked_on": "2026-03-06", "amount": "50.00", "currency": "CNY", "account": "8800000000000018",
     "sender_name": "白小羽", "sender_account": "6217000000000000012", "remark": "还款"},
]  # fmt: skip
TEXTS = [
    {"kind": "report", "message_id": "m1", "status": "delivered", "reason": None},
    {"kind": "reply", "phone": "13800000000", "text": "T"},
]


def signed(path: str, body: bytes) -> dict[str, str]:
    moment, nonce = str(int(time.time())), "n"
    of = http.signature(SECRET, "POST", path, moment, nonce, http.body_hash(body))
    return {"x-timestamp": moment, "x-nonce": nonce, "x-signature": of}


@given(spoilt(WORDS))
def test_a_spoilt_call_back_of_a_bank_is_unproven_or_word_of_an_order(document: Any) -> None:
    body = json.dumps(document).encode()
    rail = Bank(CLIENT, secret=SECRET, notices_to="")
    try:
        told = rail.read_notice(signed(bank.NOTICE_PATH, body), body)
    except NoticeUnproven:
        return
    for one in told:
        texts = (
            (one.reference, one.reason) if isinstance(one, Word) else (one.reference, one.account, one.sender.remark)
        )
        assert all(text is None or isinstance(text, str) for text in texts)


@given(spoilt(TEXTS))
def test_a_spoilt_receipt_of_a_text_is_unproven_or_says_of_which(document: Any) -> None:
    body = json.dumps(document).encode()
    sender = Sms(CLIENT, secret=SECRET, notices_to="")
    try:
        told = sender.read_notice(signed(sms.NOTICE_PATH, body), body)
    except NoticeUnproven:
        return
    assert isinstance(told.text if isinstance(told, Reply) else told.message_id, str)


LINES = [
    {"kind": kind, "minor": minor, "booked_on": "2026-03-06", "reference": "B7", "order_id": order, "sender_name": "白小羽",
     "sender_account": "6217000000000000012", "account": "8800000000000018", "remark": remark}
    for kind, minor, order, remark in (("order", -1230, ORDER, ""), ("credit", 5000, None, "还款"), ("back", 1230, ORDER, "closed"), ("charge", -5, None, ""))
]  # fmt: skip
ENTRIES = "".join(iso_bank._entry(one) for one in LINES)
"""Entries as the sandbox's bank writes them."""
HEAD = iso_bank._header("M1")
ACCOUNT = "<Acct><Id><Othr><Id>8800000000000018</Id></Othr></Id></Acct>"
BALANCES = iso_bank._balance("OPBD", 100_00, "2026-03-06") + iso_bank._balance("CLBD", 149_95, "2026-03-06")
MESSAGES = {
    "camt.053.001.08": f"<BkToCstmrStmt>{HEAD}<Stmt><Id>S1</Id>{ACCOUNT}{BALANCES}{ENTRIES}</Stmt></BkToCstmrStmt>",
    "camt.054.001.08": f"<BkToCstmrDbtCdtNtfctn>{HEAD}<Ntfctn><Id>N1</Id>{ACCOUNT}{ENTRIES}</Ntfctn></BkToCstmrDbtCdtNtfctn>",
    "pain.002.001.10": iso_bank._report("M1", "pain.001.001.09", [iso_bank._status({"order_id": ORDER, "status": "failed", "value_on": "2026-03-06", "currency": "CNY", "amount": "12.30", "reason": "insufficient_funds", "reference": "B7"})]).decode(),
}  # fmt: skip
READS: dict[str, Callable[[bytes], Any]] = {
    "camt.053.001.08": lambda content: iso_messages.statement_page(content, "iso20022"),
    "camt.054.001.08": lambda content: iso_messages.notification(content, "iso20022"),
    "pain.002.001.10": iso_messages.status_reports,
}


def message(name: str) -> str:
    text = MESSAGES[name]
    return (
        text if text.startswith("<Document") else f"<Document xmlns='{iso_messages.NAMESPACE}{name}'>{text}</Document>"
    )


@given(st.sampled_from(sorted(READS)), st.data())
def test_a_spoilt_message_of_iso_20022_is_refused_or_read(name: str, data: st.DataObject) -> None:
    """An element left out, there twice, emptied, or with nonsense for its text."""
    text = message(name)
    elements = [(one.start(), one.end()) for one in re.finditer(r"<(\w+)[^<>]*>[^<>]*</\1>", text)]
    start, end = data.draw(st.sampled_from(elements))
    whole = text[start:end]
    emptied = re.sub(r">[^<>]*<", "><", whole)
    other = re.sub(
        r">[^<>]*<",
        f">{data.draw(st.sampled_from(['-1', '1e9', 'x' * 300, '0000-00-00', '9999-12-31', 'NaN', '&#55;']))}<",
        whole,
    )
    changed = data.draw(st.sampled_from(["", whole * 2, emptied, other]))
    try:
        READS[name]((text[:start] + changed + text[end:]).encode())
    except ProviderFault:
        return


BILL = "\r\n".join(
    [
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号",
        f"`2026-03-06 10:00:00,`42,`F1,`交易,`交易,`收入,`12.30,`112.30,`system,`x,`{ORDER}",
        "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额",
        "`1,`1,`12.30,`0,`0.00",
        "",
    ]
)


LONG = "x" * 140_000
"""More than the reader of tables takes for one cell."""


@given(
    st.integers(0, len(BILL)),
    st.integers(0, 12),
    st.sampled_from(["", '"', '"' + LONG, "\x00", ",", "\n", "`", "-", "9" * 30]),
)
def test_a_spoilt_bill_of_a_day_is_refused_or_read(at: int, less: int, more: str) -> None:
    try:
        statement = wechat_pay.read_bill((BILL[:at] + more + BILL[at + less :]).encode(), ON)
    except ProviderFault:
        return
    assert all(isinstance(line.reference, str) for line in statement.lines)


@given(
    st.sampled_from(
        [
            b"[" * 100_000,
            b'{"a": "\\u0000"}',
            b'{"a": "\\ud800"}',
            b'{"a": NaN}',
            b'{"a": -Infinity}',
            b"\xff\xfe[\x00]\x00",
            b"",
            b"{",
        ]
    )
)
def test_what_no_table_could_keep_is_no_answer(content: bytes) -> None:
    with pytest.raises(json_text.Unreadable):
        json_text.read(content)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",))),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé\U0001f600"), inner, max_size=4),
    ),
    st.booleans(),
)
def test_any_other_json_is_what_it_says(document: Any, escaped: bool) -> None:
    assert json_text.read(json.dumps(document, ensure_ascii=escaped).encode()) == document


MODELS = resources.files("xindai.credit.models.starter")
CARD, SCORECARD = (
    json.loads(MODELS.joinpath(name).read_text(encoding="utf-8")) for name in ("card.json", "scorecard.json")
)
FEW = {**SCORECARD, "characteristics": SCORECARD["characteristics"][:4]}


@given(spoilt([FEW]))
def test_a_spoilt_scorecard_is_refused_or_scores(document: Any) -> None:
    if isinstance(document, dict):
        document["hash"] = scoring.content_hash(document)
    try:
        card = fit(scoring.parse(document), Use.APPLICATION)
    except Refusal:
        return
    assert isinstance(card.score({}).score, int)


@given(spoilt([CARD]))
def test_a_spoilt_card_of_a_model_is_refused_or_shown(document: Any) -> None:
    if isinstance(document, dict):
        with suppress(scoring.ModelUnreadable):
            readable(document)


STRATEGY = json.loads(resources.files("xindai.credit.strategies").joinpath("consumer.json").read_text(encoding="utf-8"))


@settings(max_examples=40)
@given(spoilt([STRATEGY]))
def test_a_spoilt_strategy_is_refused_or_loaded(document: Any) -> None:
    with suppress(graph.StrategyBroken):
        graph.load("spoilt", json.dumps(document))


PLANS = json.loads(resources.files("xindai.postloan.collections").joinpath("plans.json").read_text(encoding="utf-8"))
TOPICS = [step["topic"] for plan in PLANS["plans"].values() for step in plan["steps"] if "topic" in step]


@given(spoilt([PLANS]))
def test_spoilt_plans_of_treatment_are_refused_or_read(document: Any) -> None:
    with suppress(collections.PlansUnreadable):
        assert collections.parse(document, topics=TOPICS)


class Vendor:
    """The vendor's SDK, which answers each call with what it was given, as often as it is asked."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def call_json(self, action: str, _question: Any) -> Any:
        return {"Response": self._answers[action]}


ACCOUNT = Account("id", "key", endpoint="http://127.0.0.1:1")
WHO = Person(PersonId("per_1"), Phone("13900000001"), PersonName("李秀英"), IdNumber("330106199003078526"),
             CardNumber("6217000000000012348"), Proof.UNPROVEN)  # fmt: skip
SHEET = Prepared((Page(b"jpeg", 800, 500),), b"", 0, 0, 0)
ANSWERS: dict[str, dict[str, Any]] = {
    "BankCard4EVerification": {"Result": "0", "RequestId": "r"},
    "IdCardVerification": {"Result": "0"},
    "MobileStatus": {"Result": "0", "StatusCode": 0},
    "DetectAuth": {"BizToken": "t", "Url": "https://face"},
    "GetDetectInfoEnhanced": {"Text": {"ErrCode": 0, "LiveStatus": 0, "Comparestatus": 0, "IdCard": "330106199003078526"}},
    "PullSmsSendStatus": {"PullSmsSendStatusSet": [{"ReportStatus": "FAIL", "SessionContext": "m", "Description": "off"}]},
    "PullSmsReplyStatus": {"PullSmsReplyStatusSet": [{"PhoneNumber": "+8613900000001", "ReplyContent": "TD"}]},
    "IDCardOCR": {"Name": "李秀英", "Sex": "女", "Nation": "汉", "Birth": "1990/3/7", "Address": "杭州", "IdNum": "330106199003078526",
                  "WarningCode": [-9101], "Authority": "杭州市公安局", "ValidDate": "2015.01.01-2035.01.01"},
    "BankCardOCR": {"CardNo": "6217 0000 0000 0012 348"},
    "BizLicenseOCR": {"RegNum": "91330106MA2GXXXX12", "Name": "小店", "SetDate": "2019年01月01日", "RecognizeWarnCode": [-9102]},
}  # fmt: skip


def allowed(scope: Scope) -> Grant:
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    return Grant(GrantId("gra_1"), "per_1", scope, begins, begins + timedelta(days=365))


def vendor_says(answers: dict[str, Any]) -> Any:
    """All that we ask the vendor, answered by these."""
    of = {}
    for name, one in (
        ("elements", TencentFourElements(ACCOUNT)),
        ("faces", TencentFaces(ACCOUNT)),
        ("texts", TencentTexts(ACCOUNT, {})),
        ("reader", TencentReader(ACCOUNT)),
    ):
        one._service.__dict__["_client"] = Vendor(**answers)
        of[name] = one
    proven = of["elements"].check(allowed(Scope.IDENTITY), WHO)
    begun = of["faces"].begin(allowed(Scope.FACE), WHO, return_url="https://us")
    looked = of["faces"].result(allowed(Scope.FACE), WHO, Secret("t"))
    read = [of["reader"].read(allowed(Scope.DOCUMENTS), kind, SHEET) for kind in Kind]
    return proven, begun, looked, of["texts"].pull(), read


@given(st.sampled_from(sorted(ANSWERS)), st.data())
def test_a_spoilt_answer_of_a_vendor_is_a_fault_or_read_and_can_be_kept(action: str, data: st.DataObject) -> None:
    document = data.draw(spoilt([ANSWERS[action]]))
    try:
        found = vendor_says({**ANSWERS, action: document})
    except ProviderFault:
        return
    assert "\x00" not in repr(found)


def wechat_says(answers: dict[str, Any]) -> Wechat:
    one = Wechat(App("wx1", "secret"), "http://127.0.0.1:1")
    bodies = {path: json.dumps(document).encode() for path, document in answers.items()}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=bodies[request.url.path]))
    one._http = httpx.Client(base_url="http://127.0.0.1:1", transport=transport)
    return one


WECHAT: dict[str, dict[str, Any]] = {
    "/sns/jscode2session": {"openid": "o1", "session_key": "k"},
    "/cgi-bin/stable_token": {"access_token": "t", "expires_in": 7200},
    "/wxa/business/getuserphonenumber": {
        "errcode": 0,
        "phone_info": {"purePhoneNumber": "13900000001", "countryCode": "86", "watermark": {"appid": "wx1"}},
    },
    "/cgi-bin/message/subscribe/send": {"errcode": 0, "errmsg": "ok"},
}


@given(st.sampled_from(sorted(WECHAT)), st.data())
def test_a_spoilt_answer_of_wechat_is_a_fault_or_a_refusal_or_read(path: str, data: st.DataObject) -> None:
    app = wechat_says({**WECHAT, path: data.draw(spoilt([WECHAT[path]]))})
    for ask in (
        lambda: app.who_opens(Secret("c")),
        lambda: app.phone_of(Secret("c")),
        lambda: app.tell(Secret("o"), template="t", said={"thing1": "x"}),
    ):
        with suppress(ProviderFault, WechatCodeWrong, PhoneWrong):
            assert ask() is not None


def test_whatever_is_spoilt_above_is_read_while_it_is_whole() -> None:
    assert all(bureau.features(report.parse(one), on=ON) for one in REPORTS)
    assert all(bureau.features(market.parse(one), on=ON) for one in MARKET)
    assert any(market.parse(one).loans for one in MARKET)
    assert all(events.parse(one) for one in LIVES)
    assert all(ties.parse(one) for one in TIES)
    for path, rail, documents in (
        (bank.NOTICE_PATH, Bank(CLIENT, secret=SECRET, notices_to=""), WORDS),
        (sms.NOTICE_PATH, Sms(CLIENT, secret=SECRET, notices_to=""), TEXTS),
    ):
        for body in (json.dumps(one).encode() for one in documents):
            assert rail.read_notice(signed(path, body), body)
    assert all(read(message(name).encode()) for name, read in READS.items())
    assert [line.amount.minor for line in wechat_pay.read_bill(BILL.encode(), ON).lines] == [1230]
    card = fit(scoring.parse({**FEW, "hash": scoring.content_hash(FEW)}), Use.APPLICATION)
    assert card.score({}).score > 0
    readable(CARD)
    assert graph.load("whole", json.dumps(STRATEGY))
    proven, begun, looked, pulled, read = vendor_says(ANSWERS)
    assert (proven.proof, begun.url, looked, len(pulled)) == (Proof.PROVEN, "https://face", Looked.PASSED, 2)
    assert len([one for one in read if one is not None and one.fields]) == 4
    app = wechat_says(WECHAT)
    assert (app.who_opens(Secret("c")).reveal(), app.phone_of(Secret("c")).reveal()) == ("o1", "13900000001")
    assert app.tell(Secret("o"), template="t", said={})
    assert collections.parse(PLANS, topics=TOPICS)


def test_six_letters_are_no_zero_character() -> None:
    assert json_text.read(rb'"\\u0000"') == r"\u0000"
