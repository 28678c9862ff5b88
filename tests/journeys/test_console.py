"""The staff console in a browser: a day in the life of each role, four eyes by two people, and what a role does not get to."""

import gzip
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from desks import BUILT, Desk
from hired import hire
from phones import chromium
from xindai.credit.scoring import content_hash
from xindai_sandbox.client import Addresses, Borrower, Clock, Staff, World

Made = Callable[..., Borrower]
Loan = Callable[..., tuple[Borrower, dict[str, Any]]]
Person = Callable[..., dict[str, Any]]
MOST_SCRIPT = 300_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        assert (BUILT / "index.html").is_file(), "the console is not built: make .venv/console"
        yield found


@pytest.fixture(scope="module")
def desks(browser: Browser, where: Addresses, home: Path) -> Iterator[Callable[[str], Desk]]:
    """Each role at its desk, logged in once: a one-time code serves once."""
    seated: dict[str, Desk] = {}

    def at(role: str) -> Desk:
        if role not in seated:
            seated[role] = Desk(browser, where.api).logs_in(home, "demo" if role == "admin" else f"demo-{role}")
        return seated[role]

    yield at
    for role, desk in seated.items():
        assert desk.broken == [], role


def waiting(borrower: Made, **changes: Any) -> tuple[Borrower, dict[str, Any]]:
    """Somebody who wants people to decide."""
    one = borrower(**changes)
    application = one.apply("6000.00", 6, consents=("identity", "bureau"))
    assert application["status"] == "in_review"
    return one, application


def late(loan: Loan, clock: Clock, *, days: int = 36, **changes: Any) -> tuple[Borrower, dict[str, Any]]:
    """Somebody whose first instalment did not come."""
    one, made = loan(pays=0, **changes)
    clock.to(clock.today() + timedelta(days=days))
    assert one.loan(made["id"])["status"] == "overdue"
    return one, made


def test_an_officer_decides_with_a_second_person(desks: Callable[[str], Desk], borrower: Made) -> None:
    one, application = waiting(borrower)
    officer, finance = desks("officer"), desks("finance")
    officer.open("today")
    officer.sees("待办")
    officer.main.get_by_role("link", name="人工审批").click()
    officer.sees("机器留给人的申请")
    officer.row(application["id"][-6:]).focus()
    officer.page.keyboard.press("Enter")
    officer.sees(application["reference"])
    officer.sees("征信")
    for secret in ("name", "phone", "id_number"):
        officer.does_not_see(one.person[secret])
    officer.acts("显示明文", 理由="客户来电核对")
    officer.sees(one.person["name"])
    officer.sees("客户本人可以看到")
    officer.press("重新计算")
    officer.sees("结果完全一致")
    officer.main.get_by_role("button", name="展开").click()
    expect(officer.main.locator(".react-flow__node").first).to_be_visible()
    officer.keeps_picture("applicant")
    officer.acts("提议通过", 理由="收入稳定，征信良好")
    officer.tries("复核通过")
    officer.is_refused("提出人不能审批本人")
    assert one.get(f"/v1/applications/{application['id']}")["status"] == "in_review"
    finance.open("reviews?status=proposed")
    finance.acts("复核通过", within=finance.row(application["id"][-6:]))
    assert one.wait(f"/v1/applications/{application['id']}", lambda now: now["status"] == "offered")
    seen = [look["reason"] for look in one.get("/v1/data-accesses")["data"]]
    assert "客户来电核对" in seen


def test_a_collector_calls_as_the_rules_allow_and_writes_down_a_promise(
    desks: Callable[[str], Desk], loan: Loan, clock: Clock, staff: Staff
) -> None:
    one, _ = late(loan, clock)
    collector = desks("collector")
    collector.open("work-list")
    phone = one.person["phone"]
    row = collector.row(phone[-4:])
    expect(row).to_be_visible()
    collector.keeps_picture("work-list")
    row.click()
    collector.sees("此刻可以联系")
    collector.does_not_see(phone)
    collector.tries("联系", 方式="电话", 事由="欠款")
    expect(collector.form).to_contain_text(phone)
    expect(collector.form).to_contain_text("本次通话将被录音")
    collector.asks("记录结果", within=collector.form)
    collector.fills("结果", "已接通")
    collector.fills("备注", "下周发工资后还")
    collector.form.get_by_role("button", name="记录结果", exact=True).click()
    expect(collector.page.get_by_role("dialog")).to_have_count(0)
    collector.sees("下周发工资后还")
    by = (clock.today() + timedelta(days=5)).isoformat()
    collector.acts("记录承诺", 金额="500.00", 承诺还款日=by)
    collector.sees(f"承诺 {by} 前还 500.00")
    collector.keeps_picture("case")
    case = collector.page.url.rsplit("/", 1)[-1].split("?")[0]
    assert staff.get(f"/v1/staff/collection-cases/{case}")["case"]["status"] == "promised"


def test_help_is_proposed_by_one_and_offered_by_another(desks: Callable[[str], Desk], loan: Loan, clock: Clock) -> None:
    one, made = late(loan, clock)
    told = {"cause": "lost_work", "can_pay": {"amount": "600.00"}, "note": "上月失业"}
    asked = one.post(f"/v1/loans/{made['id']}/hardship-requests", told)
    collector, finance = desks("collector"), desks("finance")
    collector.open(f"hardship/{asked['id']}")
    collector.sees("本人表示每月能还")
    collector.acts("提出方案")
    finance.open("hardship?status=proposed")
    finance.row(asked["id"][-6:]).click()
    finance.sees("方案下的还款计划")
    expect(finance.main.locator(".ant-table-row").first).to_be_visible()
    finance.keeps_picture("hardship")
    finance.acts("批准方案")
    assert one.get("/v1/hardship-requests")["data"][0]["status"] == "offered"


def test_finance_waives_with_four_eyes_after_seeing_what_it_does(
    desks: Callable[[str], Desk], loan: Loan, clock: Clock, staff: Staff
) -> None:
    _, made = late(loan, clock)
    officer, finance = desks("officer"), desks("finance")
    officer.open(f"loans/{made['id']}")
    officer.press("调整")
    officer.fills("金额（元）", "1.00")
    officer.fills("理由", "客户投诉属实")
    assert officer.form.get_by_role("button", name="提交审批").is_disabled()
    officer.press("查看效果", within=officer.form)
    expect(officer.form).to_contain_text("结清金额")
    officer.keeps_picture("adjust")
    officer.press("提交审批", within=officer.form)
    expect(officer.page.get_by_role("dialog")).to_have_count(0)
    finance.open("adjustments?status=proposed")
    row = finance.row("客户投诉属实")
    finance.acts("批准", within=row)
    assert staff.get("/v1/staff/adjustments", loan_id=made["id"])["data"][0]["status"] == "approved"


def test_finance_looks_through_the_books_and_closes_the_day(
    desks: Callable[[str], Desk], loan: Loan, clock: Clock
) -> None:
    _, made = loan()
    finance = desks("finance")
    finance.open("books")
    finance.press("证明账务")
    finance.sees("账务成立")
    finance.keeps_picture("books")
    day = clock.today()
    finance.acts("关账")
    expect(finance.page.locator(".head")).to_contain_text(str(day + timedelta(days=1)))
    finance.open("ledger")
    finance.row("principal").click()
    finance.sees("放款")
    finance.open("payments?status=settled")
    finance.sees(made["id"][-6:])
    finance.open("reconciliation")
    finance.sees("对账单")
    finance.open("provisions")
    finance.sees("正常")
    finance.open("portfolio")
    expect(finance.main.locator("svg").last).to_be_visible()
    with finance.page.expect_download() as saved:
        finance.main.get_by_role("button", name=re.compile("^下载: ")).first.click()
    assert saved.value.suggested_filename.endswith((".svg", ".csv"))


def test_an_auditor_sees_a_loan_as_of_any_day_and_touches_nothing(
    desks: Callable[[str], Desk], loan: Loan, clock: Clock
) -> None:
    one, made = loan()
    first = clock.today()
    clock.to(first + timedelta(days=40))
    auditor = desks("auditor")
    auditor.open(f"loans/{made['id']}")
    auditor.sees("还款计划")
    auditor.sees("已还清")
    slider = auditor.main.get_by_role("slider", name="截至")
    slider.focus()
    auditor.page.keyboard.press("Home")
    auditor.page.keyboard.press("ArrowRight")
    expect(auditor.page).to_have_url(re.compile(f"on={first + timedelta(days=1)}"))
    auditor.does_not_see("已还清")
    auditor.tab("分录")
    auditor.sees("银行存款")
    with auditor.page.expect_download() as saved:
        auditor.press("对账单")
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF-")
    auditor.keeps_picture("loan")
    for act in ("调整", "退款", "对账单"):
        assert auditor.offers(act) == (act == "对账单"), act
    auditor.open("compliance")
    auditor.acts("立即检查")
    auditor.sees("成立（查")
    auditor.does_not_see("违反（")
    auditor.keeps_picture("compliance")
    auditor.open("data-map")
    auditor.sees("id_number ●")
    auditor.sees("业务结束后十年（从未借款的两年）")
    auditor.keeps_picture("data-map")
    auditor.open("audit?action=logged_in")
    auditor.sees("demo-auditor")
    auditor.open("people/" + one.get("/v1/identity")["person_id"])
    auditor.sees("申请")
    assert not auditor.offers("显示明文")


def test_a_strategy_is_edited_in_the_browser_held_against_the_past_and_approved_by_another(
    desks: Callable[[str], Desk], borrower: Made, staff: Staff
) -> None:
    application = borrower().apply("6000.00", 6)
    officer, finance = desks("officer"), desks("finance")
    officer.open("strategies/consumer@1?edit=1")
    node = officer.main.locator(".react-flow__node").filter(has_text="Rules")
    node.get_by_text("Edit Expression").click()
    cell = officer.main.locator(".cm-content").filter(has_text="age >= least_age")
    cell.click()
    officer.page.keyboard.press("ControlOrMeta+a")
    officer.page.keyboard.type("age > 99")
    officer.page.keyboard.press("Tab")
    officer.tab("试算")
    officer.main.get_by_label("申请编号").fill(application["id"])
    officer.press("取用")
    expect(officer.main.get_by_label("输入（JSON）")).to_have_value(re.compile("features"))
    officer.main.locator("button").filter(has_text=re.compile("^试算$")).click()
    officer.sees("拒绝")
    officer.acts("存为测试用例", 标题="收入稳定的申请人")
    officer.tab("测试用例")
    officer.sees("收入稳定的申请人")
    officer.sees("age_within")
    officer.tab("历史回测")
    officer.press("与 consumer@1 比较")
    officer.sees("仅对比版本通过（换出）")
    officer.keeps_picture("strategy")
    officer.tab("版本差异")
    officer.sees("age > 99")
    officer.acts("提出新版本")
    officer.sees("consumer@2")
    officer.tries("批准")
    officer.is_refused("提出人不能审批本人")
    finance.open("strategies/consumer@2")
    finance.acts("批准")
    finance.sees("已批准")
    assert borrower().apply("6000.00", 6)["status"] == "declined"
    finance.acts("撤回")
    finance.sees("已撤回")
    assert borrower().apply("6000.00", 6)["status"] == "offered"


def test_an_analyst_looks_at_models_and_moves_a_bin_by_hand(desks: Callable[[str], Desk]) -> None:
    officer = desks("officer")
    officer.open("models")
    officer.row("申请评分").click()
    officer.sees("AUC")
    officer.sees("按决策月份")
    officer.tab("稳定性")
    officer.sees("PSI")
    officer.tab("分箱")
    before = officer.main.locator("b.sum").inner_text()
    officer.press("与下一箱合并")
    expect(officer.main.locator("b.sum")).not_to_have_text(before)
    officer.press("恢复")
    expect(officer.main.locator("b.sum")).to_have_text(before)
    officer.keeps_picture("model")


def test_a_model_is_put_forward_by_one_and_tested_and_let_in_by_another(
    desks: Callable[[str], Desk], borrower: Made, staff: Staff
) -> None:
    borrower().apply("6000.00", 6)
    page = staff.get("/v1/staff/models/application")
    scorecard = {**page["scorecard"], "intercept": page["scorecard"]["intercept"] + 1}
    officer, finance, auditor = desks("officer"), desks("finance"), desks("auditor")
    officer.open("models/application?tab=versions")
    told = {"评分卡文件（scorecard.json）": scorecard, "模型卡文件（card.json）": page["card"]}
    officer.tries("提交新版本", **told, 负责人="消费信贷模型组", 使用限制="仅用于个人消费贷款")
    officer.is_refused("模型无法读取")
    sound = {**scorecard, "hash": content_hash(scorecard)}
    officer.acts(
        "提交新版本",
        **{**told, "评分卡文件（scorecard.json）": sound},
        负责人="消费信贷模型组",
        使用限制="仅用于个人消费贷款",
    )
    officer.row("消费信贷模型组").click()
    officer.sees("仅用于个人消费贷款")
    officer.tries("验证", 验证结论="我自己验证我自己的模型，没有问题。")
    officer.is_refused("提出人不能审批本人")
    auditor.open("models/application/versions/2")
    auditor.acts("验证", 验证结论="在本行历史申请上复算，区分度与校准不变。")
    auditor.sees("在本行样本上的表现")
    auditor.keeps_picture("model-version")
    finance.open("models/application/versions/2")
    finance.acts("批准")
    finance.sees("可用")
    assert staff.get("/v1/staff/models/application")["model"]["version"] == 2
    finance.acts("停用")
    finance.sees("已停用")
    assert staff.get("/v1/staff/models/application")["model"]["version"] == 1


def test_money_that_comes_back_at_once_is_judged_by_two_and_reported(
    desks: Callable[[str], Desk], loan: Loan, clock: Clock
) -> None:
    one, made = loan("12000.00", 12)
    clock.to(clock.today() + timedelta(days=1))
    one.repay(made["id"], "early", one.loan(made["id"])["payoff"]["amount"])
    clock.to(clock.today() + timedelta(days=1))
    person = one.get("/v1/identity")["person_id"]
    auditor, finance = desks("auditor"), desks("finance")
    auditor.open("aml-cases?status=open")
    auditor.row(person[-6:]).click()
    auditor.sees("放款后随即还清")
    auditor.keeps_picture("aml-case")
    auditor.acts("提议", 建议="上报", 理由="放款次日全额还清，资金来源无法说明。")
    auditor.tries("同意")
    auditor.is_refused("提出人不能审批本人")
    finance.open("aml-cases?status=proposed")
    finance.row(person[-6:]).click()
    finance.sees("资金来源无法说明")
    finance.acts("同意")
    finance.sees("已上报")
    auditor.open("aml-cases?status=reported")
    auditor.row(person[-6:]).click()
    auditor.sees("高")
    with auditor.page.expect_download() as saved:
        auditor.press("下载报告")
    assert one.person["id_number"] in Path(saved.value.path()).read_text(encoding="utf-8")
    auditor.open("aml-cases?tab=scenarios")
    auditor.sees("500,000.00")


def test_whom_warnings_ask_for_is_looked_at(desks: Callable[[str], Desk], borrower: Made, staff: Staff) -> None:
    one = borrower()
    application = one.apply("6000.00", 6)
    staff.post(f"/v1/staff/applications/{application['id']}/fraud-marks", {"reason": "伪造收入证明"})
    person = one.get("/v1/identity")["person_id"]
    officer, collector = desks("officer"), desks("collector")
    collector.open("warnings")
    collector.sees("欺诈")
    officer.open("warnings")
    officer.row(person[-6:]).click()
    officer.sees("被标记欺诈")
    officer.sees("合计 200")
    officer.keeps_picture("warnings")


def test_a_case_that_nobody_decided_is_an_alarm_that_is_taken_and_closed(
    desks: Callable[[str], Desk], loan: Loan, clock: Clock
) -> None:
    one, made = loan("12000.00", 12)
    clock.to(clock.today() + timedelta(days=1))
    one.repay(made["id"], "early", one.loan(made["id"])["payoff"]["amount"])
    clock.to(clock.today() + timedelta(days=16))
    auditor = desks("auditor")
    auditor.open("today")
    auditor.main.get_by_role("link", name="告警").click()
    auditor.sees("反洗钱案件超期")
    auditor.acts("认领")
    auditor.sees("demo-auditor")
    auditor.keeps_picture("alarms")
    auditor.acts("关闭", 备注="已补报，并说明原因")
    auditor.sees("已结束")


def test_a_claim_goes_to_a_court_by_two_and_its_papers_are_one_archive(
    desks: Callable[[str], Desk], loan: Loan, clock: Clock
) -> None:
    _, made = late(loan, clock, days=125)
    officer, finance = desks("officer"), desks("finance")
    officer.open(f"loans/{made['id']}?tab=enforcing")
    officer.acts("提议启动法律程序")
    officer.tries("同意并发催告函")
    officer.is_refused("提出人不能审批本人")
    finance.open("legal-cases?status=proposed")
    finance.row(made["id"][-6:]).click()
    finance.acts("同意并发催告函")
    finance.sees("已催告")
    with finance.page.expect_download() as saved:
        finance.press("催告函")
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF-")
    officer.open("legal-cases?status=demanded")
    officer.row(made["id"][-6:]).click()
    officer.keeps_picture("legal-case")
    with officer.page.expect_download() as saved:
        officer.acts("证据包", 理由="准备立案材料")
    assert Path(saved.value.path()).read_bytes().startswith(b"PK")
    clock.to(clock.today() + timedelta(days=11))
    officer.acts("登记立案", 受理机构="杭州互联网法院", 案号="（2026）浙0192民初100号")
    officer.sees("诉讼")
    finance.open("legal-cases?status=filed")
    finance.row(made["id"][-6:]).click()
    finance.acts("记费用", 金额="50.00")
    finance.sees("受理费")
    officer.acts("登记裁决")
    officer.sees("已裁决")
    officer.acts("结案", 结果="和解", 备注="双方达成和解")
    officer.sees("和解")


def test_the_next_version_of_a_product_is_the_same_but_for_what_was_changed(
    desks: Callable[[str], Desk], staff: Staff
) -> None:
    officer = desks("officer")
    officer.open("products/consumer_instalment@1")
    officer.sees("年化利率（单利）")
    officer.acts("提出新版本", 最高金额="150000.00")
    officer.sees("consumer_instalment@2")
    first, second = staff.get("/v1/staff/products", code="consumer_instalment")["data"][-2:]
    assert {first["version"], second["version"]} == {1, 2}
    old, new = sorted((first, second), key=lambda one: one["version"])
    assert new["product"] == {**old["product"], "most": 15_000_000}
    finance = desks("finance")
    finance.open("products/consumer_instalment@2")
    finance.acts("驳回")
    officer.open("products")
    officer.sees("已驳回")


def test_an_administrator_moves_the_day_and_keeps_the_lists(
    desks: Callable[[str], Desk], clock: Clock, staff: Staff
) -> None:
    admin = desks("admin")
    admin.open("watch-lists?list=own")
    admin.acts("加入名单", 名称="张三丰", 来源="内部举报")
    admin.sees("张")
    admin.acts("移出名单", 理由="核实无误")
    admin.sees("暂无数据")
    admin.open("limits")
    admin.acts("设置限额", within=admin.row("付款"), 单笔="50000.00")
    limits = {one["direction"]: one for one in staff.get("/v1/staff/payment-limits")["data"]}
    assert limits["pay_out"]["per_order"]["amount"] == "50000.00"
    day = clock.today()
    admin.open("settings")
    admin.press("前进 1 天")
    expect(admin.page.locator(".head")).to_contain_text(str(day + timedelta(days=1)))
    admin.sees("demo-auditor")
    admin.sees("通知模板")
    admin.sees("号密钥在用")
    admin.acts("轮换密钥", 理由="每年一次")
    admin.sees("第 2 号密钥在用")
    admin.acts("制造故障", within=admin.row("statement"), 类型="服务器错误", 次数="1")
    admin.press("恢复正常")
    admin.page.get_by_text("已完成").last.wait_for()


@pytest.mark.parametrize(
    ("role", "hidden", "places"),
    [
        (
            "collector",
            ("借款", "审计轨迹", "总账", "策略", "反洗钱", "告警"),
            ("loans", "audit", "aml-cases", "alarms", "strategies/consumer@1", "people/per_x"),
        ),
        ("auditor", ("今日作业", "名单"), ("work-list", "watch-lists")),
        ("finance", ("今日作业", "名单"), ("cases", "watch-lists")),
        ("officer", ("挂账来款",), ("receipts",)),
    ],
)
def test_a_role_gets_nowhere_it_does_not_belong_not_even_by_address(
    desks: Callable[[str], Desk], role: str, hidden: tuple[str, ...], places: tuple[str, ...]
) -> None:
    desk = desks(role)
    desk.open("today")
    menu = desk.menu()
    for section in hidden:
        assert section not in menu, section
    for place in places:
        desk.open(place)
        desk.sees("您的角色无权查看此页")


def test_the_server_says_no_whatever_a_page_shows(desks: Callable[[str], Desk], where: Addresses) -> None:
    token = desks("collector").page.evaluate("sessionStorage.getItem('xindai.token')")
    for path in (
        "aml-cases",
        "alarms",
        "keys",
        "loans",
        "audit-notes",
        "applications",
        "members",
        "models",
        "people/per_x",
        "ledger/balances",
    ):
        answer = httpx.get(f"{where.api}/v1/staff/{path}", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing"), path


def test_capital_is_stated_and_a_month_reported_by_two_of_finance(
    desks: Callable[[str], Desk], loan: Loan, clock: Clock
) -> None:
    finance, admin = desks("finance"), desks("admin")
    loan()
    finance.open("capital")
    finance.sees("尚无复核通过的资本报表")
    told = {"截至": str(clock.today()), "净资产": "2,000,000.00", "非标准化融资": "2100000.00", "数据来源": "总账月报"}
    finance.acts("填报资本", **told)
    finance.tries("批准", within=finance.row("2,000,000.00"))
    finance.is_refused("提出人不能审批")
    admin.open("capital")
    admin.acts("批准", within=admin.row("2,000,000.00"))
    admin.sees("超限")
    admin.sees("R-LIMIT-03")
    admin.sees("借款人")
    admin.keeps_picture("capital")
    month = clock.today().replace(day=1)
    clock.to((month + timedelta(days=31)).replace(day=1))
    finance.open("returns")
    finance.row(f"{month:%Y-%m}@1").click()
    finance.sees("已编制")
    finance.sees("净资产")
    finance.sees("2,000,000.00")
    finance.keeps_picture("return")
    finance.acts("复核")
    finance.tries("登记上报", 业务号="JG-2026-001")
    finance.is_refused("提出人不能审批")
    admin.open(f"returns/{month:%Y-%m}@1")
    admin.acts("登记上报", 业务号="JG-2026-001")
    admin.sees("已上报")
    assert admin.is_accessible() == []


def test_a_role_of_ones_own_is_agreed_to_and_shows_what_it_opens_and_nothing_else(
    browser: Browser, desks: Callable[[str], Desk], where: Addresses, home: Path
) -> None:
    admin, finance = desks("admin"), desks("finance")
    admin.open("roles")
    admin.sees("尚无自定义角色")
    told = {
        "角色": "disputes-desk",
        "权限": ["查看催收案件、工作单与异议", "查看预警"],
        "原因": "只看异议与预警的客服专员",
    }
    admin.acts("提出角色", **told)
    admin.sees("disputes-desk@1")
    admin.tries("批准", within=admin.row("disputes-desk@1"))
    admin.is_refused("提出人不能审批")
    finance.open("roles")
    finance.sees("disputes-desk@1")
    finance.keeps_picture("roles")
    assert finance.is_accessible() == []
    assert not finance.offers("提出角色")
    finance.acts("批准", within=finance.row("disputes-desk@1"))
    finance.sees("已批准")
    hire(home, "yang.xi", "disputes-desk")
    clerk = Desk(browser, where.api).logs_in(home, "yang.xi")
    expect(clerk.page.locator(".head")).to_contain_text("disputes-desk")
    menu = clerk.menu()
    assert all(word in menu for word in ("异议", "预警"))
    assert not any(word in menu for word in ("借款", "申请", "总账", "今日概览"))
    clerk.open("loans")
    clerk.sees("您的角色无权查看此页")
    finance.acts("收回", within=finance.row("disputes-desk@1"))
    clerk.page.reload()
    expect(clerk.page.locator("nav")).not_to_contain_text("异议")
    assert clerk.broken == []


def test_anywhere_by_keyboard(desks: Callable[[str], Desk], loan: Loan) -> None:
    _, made = loan()
    officer = desks("officer")
    officer.open("today")
    officer.page.keyboard.press("ControlOrMeta+k")
    expect(officer.form).to_be_visible()
    officer.page.keyboard.type("借款")
    officer.page.keyboard.press("Enter")
    expect(officer.page).to_have_url(re.compile("#/loans$"))
    officer.page.keyboard.press("ControlOrMeta+k")
    officer.page.keyboard.insert_text(made["id"])
    officer.page.keyboard.press("Enter")
    officer.sees(made["reference"])


def test_filters_stand_in_the_address_and_a_list_is_saved_as_a_sheet(desks: Callable[[str], Desk], loan: Loan) -> None:
    _, made = loan()
    officer = desks("officer")
    officer.open("loans")
    officer.main.get_by_label("状态").first.click()
    officer.page.locator('.ant-select-item-option[title="正常"]').click()
    expect(officer.page).to_have_url(re.compile("status=current"))
    officer.sees(made["reference"])
    with officer.page.expect_download() as saved:
        officer.press("导出")
    text = Path(saved.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("id,reference,")
    assert made["reference"] in text


def test_ten_thousand_rows_stay_smooth(desks: Callable[[str], Desk]) -> None:
    """Only what is seen is drawn, at the beginning and far down."""
    auditor = desks("auditor")
    row = {"person_id": "per_x", "product": "consumer_instalment@1", "status": "current", "annual_rate": "0.125", "months": 12,
           "principal": {"amount": "6000.00", "currency": "CNY"}, "disbursed_on": "2026-01-01"}  # fmt: skip
    rows = [{"id": f"loan_{number:026d}", "reference": f"R{number:05d}", **row} for number in range(10_000)]

    def answer(route: Route) -> None:
        route.fulfill(json={"data": rows, "next": None})

    auditor.page.route("**/v1/staff/loans?*", answer)
    try:
        auditor.open("loans")
        auditor.sees("R00000")
        body = auditor.main.locator(".ant-table-tbody-virtual-holder")
        drawn = auditor.main.locator(".ant-table-row").count()
        assert drawn < 100
        for _ in range(30):
            body.evaluate("element => { element.scrollTop += 5000; }")
        assert body.evaluate("element => element.scrollTop") > 100_000
        auditor.does_not_see("R00000")
        assert auditor.main.locator(".ant-table-row").count() < 100
    finally:
        auditor.page.unroute("**/v1/staff/loans?*")


def test_the_first_load_is_light_and_nothing_is_inline(
    browser: Browser, where: Addresses, desks: Callable[[str], Desk]
) -> None:
    answer = httpx.get(f"{where.api}/console/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=", answer.text)
    assert httpx.get(f"{where.api}/console", follow_redirects=True).status_code == 200
    desk = Desk(browser, where.api)
    desk.page.goto(f"{where.api}/console/")
    expect(desk.page.locator("#name")).to_be_visible()
    assert weight(desk) < MOST_SCRIPT
    token = desks("officer").page.evaluate("sessionStorage.getItem('xindai.token')")
    desk.page.evaluate(f"sessionStorage.setItem('xindai.token', '{token}')")
    desk.loaded.clear()
    desk.page.reload()
    desk.sees("审批漏斗")
    assert 200_000 < weight(desk) < MOST_SCRIPT, "of the morning, whole"
    assert desk.broken == []


def weight(desk: Desk) -> int:
    """Of all scripts that were fetched, compressed."""
    files = {url.rsplit("/", 1)[-1] for url in desk.loaded if url.endswith(".js")}
    return sum(len(gzip.compress((BUILT / "assets" / file).read_bytes())) for file in files)


def test_it_works_behind_a_path(browser: Browser, where: Addresses, desks: Callable[[str], Desk]) -> None:
    """A gateway gives the whole API a path of its own; the console finds its files and the API all the same."""
    token = desks("officer").page.evaluate("sessionStorage.getItem('xindai.token')")

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path.startswith("/bank/loans/")
            answer = httpx.get(
                where.api + self.path.removeprefix("/bank/loans"),
                headers={"Authorization": self.headers.get("Authorization", "")},
            )
            self.send_response(answer.status_code)
            for name in ("Content-Type", "Content-Security-Policy"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        desk = Desk(browser, f"http://127.0.0.1:{server.server_port}/bank/loans")
        desk.page.goto(f"{desk.base}/console/")
        desk.page.evaluate(f"sessionStorage.setItem('xindai.token', '{token}')")
        desk.open("loans")
        desk.sees("借款")
        assert desk.broken == []
    finally:
        server.shutdown()


def test_it_speaks_english_and_goes_dark(browser: Browser, where: Addresses, desks: Callable[[str], Desk]) -> None:
    token = desks("admin").page.evaluate("sessionStorage.getItem('xindai.token')")
    desk = Desk(browser, where.api, language="en", dark=True)
    desk.page.goto(f"{where.api}/console/")
    desk.page.evaluate(f"sessionStorage.setItem('xindai.token', '{token}')")
    found: list[str] = []
    for place, text in (
        ("today", "What waits"), ("applications", "Reference"), ("loans", "Yearly rate"), ("models", "Bad rate"),
        ("portfolio", "Portfolio at risk"), ("books", "Prove the books"), ("settings", "Members and roles"), ("roles", "Roles of your own"),
        ("products/consumer_instalment@1", "An example"), ("reconciliation", "Statements"),
    ):  # fmt: skip
        desk.open(place)
        desk.sees(text)
        assert not re.search(r"[一-鿿]", desk.main.locator("h1").inner_text()), place
        found += [f"{place}: {one}" for one in desk.is_accessible()]
        desk.keeps_picture(f"dark-{place.split('/')[0]}")
    assert found == []
    assert desk.broken == []


def test_a_lost_session_leads_to_the_log_in_and_back(
    browser: Browser, where: Addresses, desks: Callable[[str], Desk]
) -> None:
    desk = Desk(browser, where.api)
    desk.page.goto(f"{where.api}/console/#/loans?status=current")
    desk.page.evaluate("sessionStorage.setItem('xindai.token', 'worn-out')")
    desk.page.reload()
    expect(desk.page.locator("#name")).to_be_visible()
    assert desk.page.url.endswith("#/loans?status=current")
    token = desks("officer").page.evaluate("sessionStorage.getItem('xindai.token')")
    desk.page.evaluate(f"sessionStorage.setItem('xindai.token', '{token}')")
    desk.page.reload()
    desk.sees("借款")


def test_a_wrong_password_is_told_and_nothing_is_lost(browser: Browser, where: Addresses) -> None:
    desk = Desk(browser, where.api)
    desk.page.goto(f"{where.api}/console/")
    desk.page.locator("#name").fill("demo")
    desk.page.locator("#password").fill("not it")
    desk.page.locator("#code").fill("000000")
    desk.page.locator("button[type=submit]").click()
    expect(desk.page.get_by_role("alert")).to_be_visible()
    expect(desk.page.locator("#name")).to_have_value("demo")


def test_claims_are_sold_by_two_at_their_desks(
    desks: Any, loan: Loan, clock: Clock, world: World, staff: Staff
) -> None:
    one, made = loan("6000.00", 3, pays=0)
    clock.to(clock.today() + timedelta(days=124))
    admin, finance = desks("admin"), desks("finance")
    admin.open("sales")
    admin.acts("提出债权转让", 买方="青山资产管理有限公司", 执照="91110105MA02", **{"价格（占债权）": "8"})
    admin.main.get_by_role("row").filter(has_text="青山").first.click()
    admin.sees("债权的 8%")
    sale = admin.page.url.split("/")[-1]
    finance.open(f"sales/{sale}")
    finance.acts("批准")
    finance.sees("今日应付价款")
    due = finance.main.locator(".figure").filter(has_text="今日应付价款").inner_text()
    shown = next(iter(re.findall(r"\d[\d,]*\.\d\d", due)))
    price = shown.replace(",", "")
    finance.keeps_picture("sale")
    world.transfer("8899999999999999", price, name="青山资产管理有限公司")
    staff.wait(
        "/v1/staff/receipts?status=held", lambda held: price in [each["amount"]["amount"] for each in held["data"]]
    )
    finance.open(f"sales/{sale}")
    finance.acts("以此款交割", within=finance.row(shown))
    finance.sees("已到账")
    admin.open(f"loans/{made['id']}")
    admin.sees("已转让")
    assert one.loan(made["id"])["status"] == "sold"
    assert not admin.broken
    assert not finance.broken


def test_an_agency_has_its_cases_and_nothing_else_of_ours(
    browser: Browser, where: Addresses, home: Path, desks: Any, loan: Loan, clock: Clock, staff: Staff
) -> None:
    admin, finance = desks("admin"), desks("finance")
    admin.open("agencies")
    until = (clock.today() + timedelta(days=300)).isoformat()
    admin.acts(
        "提出委外机构",
        代码="river",
        名称="河畔信用服务有限公司",
        执照="91110105MA01",
        **{"佣金（万分比）": "2000"},
        案件上限="20",
        有效至=until,
    )
    finance.open("agencies")
    finance.acts("批准")
    one, _ = late(loan, clock, days=66)
    person = one.get("/v1/identity")["person_id"]
    case = next(
        each for each in staff.get("/v1/staff/collection-cases", most=200)["data"] if each["person_id"] == person
    )
    admin.open(f"cases/{case['id']}")
    admin.acts("委外", 机构="river")
    admin.sees("在委")
    hire(home, "chen.agent", "agent", "--agency", "river")
    agent = Desk(browser, where.api).logs_in(home, "chen.agent")
    agent.sees("委托案件")
    agent.does_not_see(one.person["name"])
    agent.keeps_picture("agency-cases")
    agent.open(f"agency-cases/{case['id']}")
    agent.does_not_see(one.person["phone"])
    agent.tries("联系")
    expect(agent.form).to_contain_text(one.person["phone"])
    expect(agent.form).to_contain_text("受")
    agent.keeps_picture("agency-call")
    agent.open("loans")
    agent.does_not_see(one.person["name"])
    assert agent.broken == []
