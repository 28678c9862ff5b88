"""The borrower's app in a browser of a phone's size, against the running product and its sandbox world."""

import gzip
import io
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Response
from pypdf import PdfReader

import phones
from phones import APP, NODE, PhoneInHand
from xindai_sandbox import specimens
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Refused, Staff, World

READS = True
ENVIRONMENT = {"XINDAI_READING_SECONDS": "1", "XINDAI_RAILS": "house,agreement_pay,wechat_pay"}
NEEDED = ("身份核验", "信用报告查询")
PAPERS = {
    "id_card_front": "身份证人像面",
    "id_card_back": "身份证国徽面",
    "bank_card": "银行卡正面",
    "business_licence": "营业执照",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with phones.chromium() as one:
        yield one


@pytest.fixture
def hand(browser: Browser, where: Addresses) -> Iterator[PhoneInHand]:
    one = PhoneInHand(browser, where.api)
    yield one
    one.put_away()


def asks(
    hand: PhoneInHand,
    amount: str,
    months: int,
    *,
    product: str = "消费分期贷",
    purpose: str = "购物消费",
    income: str = "9000",
) -> None:
    """The first step of an application."""
    hand.sees("您想借多少？")
    hand.choose(product)
    hand.type("金额（元）", amount)
    hand.choose(f"{months} 个月")
    hand.choose(purpose)
    hand.type("月收入（元，税后）", income)


def begins(hand: PhoneInHand, one: dict[str, Any]) -> None:
    """From the welcome to the first step of an application."""
    hand.open()
    hand.tap("看看我能借多少")
    hand.logs_in(one["phone"])
    hand.tap("申请借款")


def allows(hand: PhoneInHand, *scopes: str) -> None:
    """Say yes to each, one by one."""
    hand.sees("您同意我们了解什么？")
    for scope in scopes:
        hand.tap(f"同意 {scope}")


def types_who(hand: PhoneInHand, one: dict[str, Any]) -> None:
    """Who one is, by hand."""
    hand.sees("确认您的身份")
    hand.type("姓名", one["name"])
    hand.type("身份证号", one["id_number"])
    hand.type("银行卡号", one["card_number"])


def applies(hand: PhoneInHand, one: dict[str, Any], amount: str, months: int, **how: str) -> None:
    """From the welcome to the answer, nothing photographed."""
    begins(hand, one)
    asks(hand, amount, months, **how)
    hand.tap("继续")
    allows(hand, *NEEDED, "系统自动审批")
    hand.tap("继续")
    types_who(hand, one)
    hand.tap("继续")
    hand.sees("请再核对一遍")
    hand.tap("提交申请")


def signs(hand: PhoneInHand, button: str = "确认并签约") -> None:
    """Read the cost for as long as it takes, confirm, sign."""
    hand.tap("查看全部成本")
    hand.sees("综合融资成本明示表")
    hand.tick("我已阅读并理解")
    hand.tap(button)


def comes_back_by_wechat(hand: PhoneInHand, where: Addresses, phone: str) -> None:
    """Later, without a fresh proof of the phone: in a session that WeChat vouches for, the others ended."""
    door, wechat = Caller(where.api), Caller(where.world)
    door.post("/v1/wechat/sessions", wechat.post("/_control/wechat-codes", {"phone": phone}))
    code = wechat.post("/_control/wechat-codes", {"phone": phone})["code"]
    token = door.post("/v1/wechat/sessions", {"code": code})["token"]
    later = Caller(where.api, token)
    for session in later.get("/v1/sessions")["data"]:
        if not session["is_this"]:
            later.delete(f"/v1/sessions/{session['id']}")
    hand.holds_session(token)


def test_somebody_applies_borrows_3000_and_repays(
    hand: PhoneInHand, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person()
    world.register([one])
    began = time.monotonic()
    hand.open()
    hand.sees("明明白白借钱")
    hand.looks("01-welcome")
    applies(hand, one, "3000", 3)
    hand.sees("您可以借到")
    hand.looks("06-offer")
    hand.tap("选择金额与期限")
    hand.sees("不必借满")
    hand.looks("07-choose")
    signs(hand)
    hand.sees("款项已到账")
    borrowed = (hand.taps, time.monotonic() - began)
    hand.looks("09-loan")
    hand.tap("还款")
    hand.choose("全部结清")
    hand.looks("10-repay")
    hand.tap("还款 ¥3,000.00")
    hand.sees("还款成功")
    hand.looks("11-paid")
    hand.tap("查看借款")
    hand.sees("已全部还清")
    proof = "".join(page.extract_text() for page in PdfReader(io.BytesIO(hand.saves("下载结清证明"))).pages)
    assert one["name"] in proof
    assert "不再有未了债权债务" in proof.replace("\n", "")
    print(f"borrowed after {borrowed[0]} taps and {borrowed[1]:.0f} s, repaid after {hand.taps} taps")


def test_there_is_no_proof_of_settlement_before_the_end(loan: Callable[..., Any]) -> None:
    one, made = loan()
    with pytest.raises(Refused) as refused:
        one.get(f"/v1/loans/{made['id']}/settlement.pdf")
    assert refused.value.code == "loan_not_settled"


def test_papers_are_photographed_and_nothing_is_typed(
    hand: PhoneInHand, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person()
    world.register([one])
    begins(hand, one)
    asks(hand, "6000", 6)
    hand.looks("02-ask")
    hand.tap("继续")
    allows(hand, *NEEDED, "证件照片识别", "系统自动审批")
    hand.looks("03-permissions")
    hand.tap("继续")
    hand.sees("确认您的身份")
    for kind, name in (
        ("id_card_front", "身份证人像面"),
        ("id_card_back", "身份证国徽面"),
        ("bank_card", "银行卡正面"),
    ):
        hand.gives_picture(f"拍照 {name}", specimens.taken(kind, one).jpeg)
        hand.sees(
            {"id_card_front": one["id_number"], "id_card_back": "有效期止", "bank_card": one["card_number"]}[kind]
        )
    hand.looks("04-papers")
    hand.tap("继续")
    hand.sees("请再核对一遍")
    hand.does_not_see(one["id_number"])  # others may look over a shoulder
    hand.looks("05-check")
    hand.tap("提交申请")
    hand.sees("您可以借到")


def test_a_picture_that_is_none_and_one_read_wrongly_are_put_right(
    hand: PhoneInHand, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person()
    world.register([one])
    begins(hand, one)
    asks(hand, "6000", 6)
    hand.tap("继续")
    allows(hand, *NEEDED, "证件照片识别")
    hand.tap("继续")
    hand.gives_picture("拍照 身份证人像面", b"this is no picture at all")
    hand.sees("无法识别该图片")
    assert not hand.can_tap("继续")
    hand.gives_picture("拍照 身份证人像面", specimens.taken("id_card_front", one).jpeg)
    hand.sees(one["id_number"])
    hand.tap("更正 姓名")
    hand.type("姓名", "欧阳修")
    hand.tap("保存")
    hand.sees("欧阳修")
    hand.tap("不拍照，手动填写")
    hand.type("银行卡号", one["card_number"])
    assert hand.can_tap("继续")


def test_who_is_declined_learns_why_and_may_ask_a_person(
    hand: PhoneInHand, staff: Staff, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person(report={**person()["report"], "public_records": [{"kind": "court_enforcement", "on": "2026-01-10"}]})
    world.register([one])
    applies(hand, one, "3000", 6)
    hand.sees("这次没能通过")
    hand.sees("主要原因")
    hand.sees("未满足：")
    hand.looks("08-declined")
    hand.tap("申请人工复核")
    hand.sees("由专人为您复核")
    hand.looks("08-review")
    hand.tap("撤回申请")
    hand.sees("已撤回")


def test_students_and_forbidden_purposes_are_told_so_before_anything_is_sent(
    hand: PhoneInHand, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person()
    world.register([one])
    begins(hand, one)
    asks(hand, "100", 6)
    hand.sees("500 至 200,000 元")
    assert not hand.can_tap("继续")
    hand.type("金额（元）", "3000")
    hand.sees("不得用于购房")
    hand.tick("我是在校学生")
    hand.sees("我们不向在校学生提供消费贷款")


def test_a_form_is_gone_on_with_on_another_phone(
    hand: PhoneInHand, browser: Browser, where: Addresses, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person()
    world.register([one])
    begins(hand, one)
    asks(hand, "4200", 6)
    hand.tap("继续")
    hand.sees("您同意我们了解什么？")
    other = PhoneInHand(browser, where.api)
    other.open("onboarding/apply")
    other.logs_in(one["phone"])
    other.sees("您想借多少？")
    other.holds("金额（元）", "4200")
    other.type("金额（元）", "4300")
    other.tap("继续")
    other.sees("您同意我们了解什么？")
    other.put_away()
    hand.tap("上一步")
    hand.tap("继续")
    hand.sees("表单已在另一台设备上更新")
    hand.tap("重试")
    hand.sees("您想借多少？")
    hand.holds("金额（元）", "4300")


def test_a_lost_network_loses_nothing_and_a_second_tap_does_nothing(
    hand: PhoneInHand, staff: Staff, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person()
    world.register([one])
    applies(hand, one, "3000", 3)
    hand.sees("您可以借到")
    hand.tap("选择金额与期限")
    hand.sees("不必借满")
    hand.offline(True)
    hand.sees("当前没有网络")
    hand.tap("查看全部成本")
    hand.sees("暂时连接不上")
    hand.offline(False)
    hand.does_not_see("当前没有网络")
    hand.tap("查看全部成本")
    hand.sees("综合融资成本明示表")
    hand.tick("我已阅读并理解")
    hand.taps_twice("确认并签约")
    hand.sees("款项已到账")
    hand.open()
    hand.sees("我的借款")
    assert hand.text().count("¥3,000 · 3 个月") == 1


def test_an_answer_that_was_lost_is_given_again_and_nothing_is_done_twice(
    hand: PhoneInHand, loan: Callable[..., Any]
) -> None:
    one, made = loan("6000.00", 6)
    hand.open("onboarding/log-in")
    hand.logs_in(one.person["phone"])
    hand.tap("查看借款")
    hand.tap("还款")
    hand.choose("提前还一部分")
    hand.type("金额（元）", "1000")
    hand.sees("可节省利息")
    hand.loses_answers("**/repayments", times=3)
    hand.tap("还款 ¥1,000.00")
    hand.sees("暂时连接不上")
    hand.tap("还款 ¥1,000.00")
    hand.sees("还款成功")
    orders = [order for order in one.get(f"/v1/loans/{made['id']}/payments")["data"] if order["direction"] != "pay_out"]
    assert len(orders) == 1


def test_a_session_that_ended_elsewhere_is_begun_again_where_one_was(
    hand: PhoneInHand, borrower: Callable[..., Borrower]
) -> None:
    one = borrower()
    hand.open("onboarding/log-in")
    hand.logs_in(one.person["phone"])
    hand.sees("第一次来")
    for session in one.get("/v1/sessions")["data"]:
        if not session["is_this"]:
            one.delete(f"/v1/sessions/{session['id']}")
    hand.open("onboarding/permissions")
    hand.sees("用手机号登录")
    hand.logs_in(one.person["phone"])
    hand.sees("您同意过什么")


def test_a_line_is_drawn_on_with_a_slider(
    hand: PhoneInHand, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person()
    world.register([one])
    applies(hand, one, "5000", 12, product="循环额度")
    hand.sees("您可以借到")
    hand.tap("选择金额与期限")
    signs(hand)
    hand.sees("额度已开通")
    hand.looks("12-line")
    hand.tap("用款")
    hand.slide("金额（元）", 5)
    hand.sees("¥1,000.00")
    hand.choose("6 个月")
    hand.sees("首期应还")
    hand.looks("13-draw")
    signs(hand, "确认并用款")
    hand.sees("款项已到账")
    hand.open()
    hand.sees("我的额度")
    hand.sees("¥4,000.00")
    hand.looks("14-home")


def test_pay_later_is_bought_billed_and_paid(
    hand: PhoneInHand, staff: Staff, clock: Clock, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    staff.post(
        "/v1/staff/merchants",
        {"name": "河畔书店", "account_number": "6217000000000000012", "discount": "0.006", "settle_days": 1},
    )
    one = person()
    world.register([one])
    applies(hand, one, "5000", 12, product="先享后付")
    hand.sees("您可以借到")
    hand.tap("选择金额与期限")
    signs(hand)
    hand.sees("额度已开通")
    hand.tap("先享后付")
    hand.choose("河畔书店")
    hand.type("商品", "字典")
    hand.type("金额（元）", "300")
    hand.tap("确认，账单日再付")
    hand.sees("字典")
    hand.tap("先享后付")
    hand.choose("河畔书店")
    hand.type("商品", "书柜")
    hand.type("金额（元）", "1200")
    hand.tap("确认，账单日再付")
    hand.sees("书柜")
    hand.tap("分期")
    hand.choose("12 个月")
    signs(hand, "确认分期")
    hand.sees("剩余本金")
    today = clock.today()
    clock.to((today.replace(day=1) + timedelta(days=32)).replace(day=2))
    hand.open("onboarding/log-in")
    hand.logs_in(one["phone"])
    hand.sees("我的额度")
    hand.tap("可用额度", exact=False)
    hand.sees("出账日")
    hand.looks("15-pay-later")
    hand.tap("出账日", exact=False)
    hand.sees("最低还款")
    hand.looks("16-statement")
    hand.tap("还款")
    hand.sees("还款成功")


def test_somebody_late_is_offered_a_plan_before_anything_else(
    hand: PhoneInHand, browser: Browser, where: Addresses, staff: Staff, clock: Clock, loan: Callable[..., Any]
) -> None:
    one, made = loan("6000.00", 6, pays=0)
    clock.to(date.fromisoformat(made["schedule"][0]["due_on"]) + timedelta(days=5))
    hand.open("onboarding/log-in")
    hand.logs_in(one.person["phone"])
    hand.sees("已逾期 5 天")
    hand.looks("17-late")
    hand.tap("现在还款")
    hand.tap("还款 ¥", exact=False)
    hand.sees("银行卡余额不足")
    hand.looks("18-empty-card")
    hand.tap("借款")
    hand.tap("还款有困难？")
    hand.sees("先一起想办法")
    hand.slide("期限", 23)
    hand.sees("改为 24 个月 还清")
    hand.sees("每月大约")
    hand.looks("19-plan")
    hand.choose("失业或收入减少")
    hand.type("每月还得起多少（元）", "400")
    hand.tap("提交申请")
    hand.sees("申请已收到")
    request = one.get("/v1/hardship-requests")["data"][0]
    path = f"/v1/staff/hardship-requests/{request['id']}"
    staff.post(f"{path}/proposals", {**staff.get(path)["shortest"], "annual_rate": "0.06"})
    Staff(where, second=True).post(f"{path}/approvals")
    hand.open()
    hand.sees("方案已备好")
    hand.tap("继续")
    hand.sees("为您准备的方案")
    hand.looks("20-plan-offered")
    hand.tap("同意，按新计划还")
    hand.sees("已按新计划还款")
    assert one.loan(made["id"])["overdue_days"] == 0


def test_a_part_is_paid_early_by_a_code_and_what_it_saves_is_seen_before(
    hand: PhoneInHand, world: World, loan: Callable[..., Any]
) -> None:
    one, made = loan("6000.00", 6)
    hand.open("onboarding/log-in")
    hand.logs_in(one.person["phone"])
    hand.tap("查看借款")
    hand.tap("还款")
    hand.choose("提前还一部分")
    hand.type("金额（元）", "1000")
    hand.sees("可节省利息")
    hand.looks("21-early")
    hand.choose("扫码支付")
    hand.tap("还款 ¥1,000.00")
    hand.sees("请用微信扫一扫付款")
    hand.has_picture("付款二维码")
    hand.looks("22-code")
    payment = next(order for order in one.get(f"/v1/loans/{made['id']}/payments")["data"] if order["by"] == "code")
    link = one.get(f"/v1/payments/{payment['id']}/invitation")["hand_over"]["code_url"]
    world.pay_by_wechat(link)
    hand.sees("还款成功")


def test_a_person_sees_what_was_used_and_takes_a_permission_back(hand: PhoneInHand, loan: Callable[..., Any]) -> None:
    one, _ = loan()
    hand.open("onboarding/log-in")
    hand.logs_in(one.person["phone"])
    hand.sees("应还")
    hand.tap("我的")
    hand.sees("登录的设备")
    hand.looks("23-me")
    hand.tap("我的授权与使用记录")
    hand.tap("使用记录 信用报告查询")
    hand.sees("查询信用报告")
    hand.looks("24-permissions")
    hand.tap("撤回 社交关系标识")
    hand.sees("相关社交关系将立即删除")
    hand.tap("确认撤回")
    hand.sees("同意 社交关系标识")
    hand.open("onboarding/messages")
    hand.sees("合同已签署")
    hand.looks("25-messages")
    hand.open("lending/contracts")
    hand.sees("个人借款合同")
    assert hand.saves("下载 PDF").startswith(b"%PDF")
    hand.open("postloan/contacts")
    hand.choose("20:00")
    hand.tap("保存")
    hand.sees("已保存")
    hand.type("哪里不对", "我没有借过这笔钱")
    hand.tap("提出异议")
    hand.sees("前答复")
    hand.looks("26-contacts")


def test_a_person_takes_a_copy_of_all_and_complains(hand: PhoneInHand, staff: Staff, loan: Callable[..., Any]) -> None:
    one, made = loan()
    hand.open("onboarding/log-in")
    hand.logs_in(one.person["phone"])
    hand.tap("我的")
    hand.tap("我的权利与投诉")
    copy = json.loads(hand.saves("下载副本"))
    assert copy["person"]["id_number"] == one.person["id_number"]
    assert copy["loans"][0]["loan"]["loan"]["id"] == made["id"]
    hand.choose("投诉")
    hand.type("请说明", "客服一直没有回电")
    hand.tap("提交")
    hand.sees("处理中")
    hand.looks("29-rights")
    request = one.get("/v1/rights-requests")["data"][0]
    answer = {"granted": True, "answer": "已安排专人今天回电，给您添麻烦了。"}
    staff.post(f"/v1/staff/rights-requests/{request['id']}/answers", answer)
    hand.open("onboarding/rights")
    hand.sees("已安排专人今天回电")
    staff.get(f"/v1/staff/rights-requests/{request['id']}")
    hand.open("onboarding/rights")
    hand.sees("阅读您的请求")


def test_the_app_speaks_english_and_is_dark_at_night(browser: Browser, where: Addresses) -> None:
    hand = PhoneInHand(browser, where.api, dark=True)
    hand.open()
    hand.tap("English")
    hand.sees("Borrow with open eyes")
    hand.looks("27-english-dark")
    hand.tap("Me")
    hand.sees("Log in to see your data")
    hand.put_away()


def test_a_bank_card_is_debited_by_agreement_until_that_is_ended(
    hand: PhoneInHand, world: World, loan: Callable[..., Any]
) -> None:
    one, _ = loan()
    hand.open("onboarding/log-in")
    hand.logs_in(one.person["phone"])
    hand.tap("我的")
    hand.tap("签约自动扣款")
    hand.sees("银行发来的验证码")
    found = next(
        text["text"] for text in world.messages(one.person["phone"]) if "签约" in text["text"] or "扣款" in text["text"]
    )
    hand.type("银行发来的验证码", re.findall(r"\d{6}", found)[0])
    hand.tap("确认签约")
    hand.sees("已签约自动扣款")
    hand.tap("解除自动扣款")
    hand.sees("签约自动扣款")


def test_what_the_browser_is_given_is_small_and_comes_from_us_alone(hand: PhoneInHand, where: Addresses) -> None:
    sizes: dict[str, int] = {}
    elsewhere: list[str] = []

    def heard(response: Response) -> None:
        if not response.url.startswith((where.api, "data:", "blob:")):
            elsewhere.append(response.url)
        if response.url.endswith(".js"):
            sizes[response.url] = len(gzip.compress(response.body(), 9))

    hand.page.on("response", heard)
    hand.open()
    hand.sees("我们的产品")
    assert sum(sizes.values()) < 200_000, sizes
    assert elsewhere == []
    policy = httpx.get(f"{where.api}/", trust_env=False).headers["content-security-policy"]
    assert "script-src 'self';" in policy


def draws_a_large_sum(hand: PhoneInHand, where: Addresses, one: dict[str, Any]) -> None:
    """On a line of one's own, some time after the phone was last proven."""
    applies(hand, one, "30000", 12, product="循环额度", income="60000")
    hand.sees("您可以借到")
    hand.tap("选择金额与期限")
    signs(hand)
    hand.sees("额度已开通")
    comes_back_by_wechat(hand, where, one["phone"])
    hand.open()
    hand.tap("可用额度", exact=False)
    hand.tap("用款")
    hand.sees("首期应还")
    signs(hand, "确认并用款")


def test_a_large_sum_asks_for_a_face_and_goes_on_where_one_was(
    hand: PhoneInHand, where: Addresses, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person(monthly_income="60000.00")
    world.register([one])
    draws_a_large_sum(hand, where, one)
    hand.sees("需要先完成人脸核验")
    hand.tap("去核验")
    hand.sees("确认是您本人")
    hand.tap("同意 人脸核验")
    hand.looks("28-face")
    hand.tap("开始核验")
    hand.page.get_by_role("button", name="照片").click()
    hand.sees("没能确认是您本人")
    hand.tap("开始核验")
    hand.page.get_by_role("button", name="本人").click()
    hand.sees("核验通过")
    hand.tap("继续")
    hand.sees("首期应还")
    signs(hand, "确认并用款")
    hand.sees("款项已到账")


def test_nobody_has_to_show_their_face(
    hand: PhoneInHand, where: Addresses, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person(monthly_income="60000.00")
    world.register([one])
    draws_a_large_sum(hand, where, one)
    hand.tap("去核验")
    hand.tap("不用人脸，改用短信验证")
    hand.logs_in(one["phone"])
    hand.sees("首期应还")
    signs(hand, "确认并用款")
    hand.sees("款项已到账")


def test_a_small_business_borrows_on_its_licence(
    hand: PhoneInHand, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person(name="王建国")
    world.register([one])
    begins(hand, one)
    asks(hand, "20000", 12, product="小微经营贷", purpose="进货")
    assert not hand.can_tap("继续")
    hand.type("年营业收入（元）", "600000")
    hand.tap("继续")
    allows(hand, *NEEDED, "证件照片识别", "系统自动审批")
    hand.tap("继续")
    for kind, name in PAPERS.items():
        hand.gives_picture(f"拍照 {name}", specimens.taken(kind, one).jpeg)
        hand.sees(f"删除 {name}")
    hand.sees("统一社会信用代码")
    hand.tap("继续")
    hand.tap("提交申请")
    hand.sees_any("您可以借到", "由专人为您复核", "这次没能通过")


def test_a_business_is_asked_for_by_an_owner_of_a_quarter_or_more(
    hand: PhoneInHand, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person(name="王建国")
    world.register([one])
    begins(hand, one)
    asks(hand, "20000", 12, product="小微经营贷", purpose="进货")
    hand.type("年营业收入（元）", "600000")
    hand.tap("继续")
    allows(hand, *NEEDED, "系统自动审批")
    hand.tap("继续")
    types_who(hand, one)
    hand.type("统一社会信用代码", specimens.taken("business_licence", one).fields["uscc"])
    hand.type("商户名称", "杭州市西湖区建国小吃店")
    hand.type("法定代表人（经营者）", "李秀英")
    hand.type("成立日期", "2020-01-31")
    hand.tap("添加股东")
    hand.type("股东 1 姓名", "李秀英")
    hand.type("股东 1 持股（%）", "74.5")
    hand.tap("添加股东")
    hand.type("股东 2 姓名", "王建国")
    hand.type("股东 2 持股（%）", "130")
    hand.sees("请填 0 至 100")
    hand.type("股东 2 持股（%）", "30")
    hand.sees("持股合计不能超过 100%")
    hand.type("股东 2 持股（%）", "25.5")
    hand.looks("24-owners")
    hand.tap("继续")
    hand.tap("提交申请")
    hand.sees_any("您可以借到", "由专人为您复核", "这次没能通过")


def film(folder: Path, picture: bytes) -> Path:
    """A paper before a camera, two seconds in the dark and four in the light, as a browser takes it for one."""
    lit = Image.open(io.BytesIO(picture)).resize((1280, 896))
    made = folder / "film.mjpeg"
    made.write_bytes(frame(lit.point(lambda value: value // 6)) * 60 + frame(lit) * 120)
    return made


def frame(seen: Image.Image) -> bytes:
    """One picture of a film."""
    out = io.BytesIO()
    seen.save(out, "JPEG", quality=90)
    return out.getvalue()


def test_the_open_camera_says_what_to_mend_and_takes_what_it_sees(
    browser: Browser, where: Addresses, world: World, person: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    one = person()
    world.register([one])
    picture = specimens.taken("id_card_front", one).jpeg
    fake = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film(tmp_path, picture)}"]
    with_camera = browser.browser_type.launch(executable_path=phones.CHROMIUM, args=["--no-sandbox", *fake])
    try:
        hand = PhoneInHand(with_camera, where.api, camera=True)
        begins(hand, one)
        asks(hand, "6000", 6)
        hand.tap("继续")
        allows(hand, *NEEDED, "证件照片识别")
        hand.tap("继续")
        hand.tap("拍照 身份证人像面")
        hand.sees("光线过暗")
        hand.sees("很好，可以拍摄")
        hand.looks("25-camera")
        hand.tap("按下拍摄")
        hand.sees(one["id_number"])
        hand.tap("拍照 身份证国徽面")
        hand.sees("很好，可以拍摄")
        hand.tap("取消")
        hand.sees("确认您的身份")
        hand.put_away()
    finally:
        with_camera.close()


def test_a_large_picture_is_made_smaller_before_it_goes_up(
    hand: PhoneInHand, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    one = person()
    world.register([one])
    out = io.BytesIO()
    Image.open(io.BytesIO(specimens.taken("id_card_front", one).jpeg)).resize((5464, 3828)).save(out, "PNG")
    hand.page.add_init_script(
        "window.files = []; const add = FormData.prototype.append;"
        "FormData.prototype.append = function (name, value, ...more) {"
        " if (value instanceof Blob) window.files.push(value.size); return add.call(this, name, value, ...more); };"
    )
    begins(hand, one)
    asks(hand, "6000", 6)
    hand.tap("继续")
    allows(hand, *NEEDED, "证件照片识别")
    hand.tap("继续")
    hand.gives_picture("拍照 身份证人像面", out.getvalue())
    hand.sees(one["id_number"])
    (sent,) = hand.page.evaluate("window.files")
    assert 10_000 < sent < 1_500_000 < len(out.getvalue())


def test_letters_twice_as_large_stay_on_the_screen(hand: PhoneInHand, loan: Callable[..., Any]) -> None:
    one, made = loan("6000.00", 6)
    hand.enlarges_letters(2)
    hand.open()
    assert hand.hidden_at_the_side() == []
    hand.open("onboarding/log-in")
    assert hand.hidden_at_the_side() == []
    hand.logs_in(one.person["phone"])
    hand.sees("查看借款")
    for place, text in (
        ("lending/home", "查看借款"), (f"lending/loan?id={made['id']}", "还款"), (f"lending/repay?id={made['id']}", "还款"),
        ("onboarding/apply", "您想借多少"), ("onboarding/permissions", "您同意过什么"), ("onboarding/rights", "投诉"),
        ("onboarding/me", "隐私与文件"), ("onboarding/messages", "消息"),
    ):  # fmt: skip
        hand.open(place)
        hand.sees(text)
        assert hand.hidden_at_the_side() == [], place
    hand.looks("26-large-letters")


def test_somebody_borrows_in_wechat(where: Addresses, world: World, person: Callable[..., dict[str, Any]]) -> None:
    """The bundle for WeChat, driven where WeChat's own runtime would: its pages, requests, taps and typing."""
    one, bundle = person(), APP / "dist" / "weapp"
    world.register([one])
    command = [NODE, APP / "wechat" / "borrow.cjs", bundle, where.api, where.world, json.dumps(one)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["title"].startswith("借款 ")
    size = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file())
    assert size < 2 * 1024 * 1024, "what WeChat takes as a main package"
