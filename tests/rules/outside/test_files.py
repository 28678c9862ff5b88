"""Files that rails send: whole and adding up, or not believed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.base.http import ProviderFault
from xindai.outside import agreement_pay, wechat_pay
from xindai.payments.batches.model import Batch, BatchId, Status
from xindai.payments.orders.model import PaymentId
from xindai.payments.orders.model import Status as OrderStatus
from xindai.payments.reconciliation.model import LineKind
from xindai.values.money import Money, decimal_text

ON = date(2026, 3, 6)
HEAD = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号"


def order(serial: int) -> str:
    return PaymentId.made(milliseconds=1_772_000_000_000, randomness=serial)


def batch(amounts: list[int]) -> Batch:
    one = BatchId.made(milliseconds=1_772_000_000_000, randomness=7)
    return Batch(one, "agreement_pay", ON, len(amounts), Money(sum(amounts)), Status.SENT, None)


def results(amounts: list[int], paid: list[bool]) -> str:
    of = batch(amounts)
    told = zip(amounts, paid, strict=True)
    lines = [
        f"R,{order(serial)},{'settled' if is_paid else 'failed'},{decimal_text(minor, 'CNY')},B{serial},"
        f"{'' if is_paid else 'insufficient_funds'}"
        for serial, (minor, is_paid) in enumerate(told)
    ]
    settled = sum(minor for minor, is_paid in zip(amounts, paid, strict=True) if is_paid)
    head = f"H,{of.id},2026-03-06,{of.orders},{decimal_text(of.amount.minor, 'CNY')},CNY"
    return "\n".join([head, *lines, f"T,{len(lines)},{decimal_text(settled, 'CNY')}", ""])


SOME = st.lists(st.tuples(st.integers(1, 10**8), st.booleans()), min_size=1, max_size=20)


@given(SOME)
def test_results_say_of_each_order_what_became_of_it(some: list[tuple[int, bool]]) -> None:
    amounts, paid = [minor for minor, _ in some], [is_paid for _, is_paid in some]
    words = agreement_pay.read_results(results(amounts, paid).encode(), batch(amounts))
    assert [(word.amount.minor, word.status is OrderStatus.SETTLED) for word in words] == some
    assert all((word.reason is None) == (word.status is OrderStatus.SETTLED) for word in words)


@given(SOME, st.data())
def test_results_with_anything_missing_or_changed_are_not_believed(
    some: list[tuple[int, bool]], data: st.DataObject
) -> None:
    amounts, paid = [minor for minor, _ in some], [is_paid for _, is_paid in some]
    content = results(amounts, paid)
    lines = content.split("\n")
    number = data.draw(st.integers(0, len(lines) - 1))
    spoilt = [
        "\n".join(lines[:number] + lines[number + 1 :]),
        "\n".join([*lines[:number], *lines[number : number + 1] * 2, *lines[number + 1 :]]),
        content.replace("R,", "X,"),
        content.replace("CNY", "USD"),
        content[: data.draw(st.integers(0, len(content) - 1))],
    ]
    for one in spoilt:
        with pytest.raises(ProviderFault):
            agreement_pay.read_results(one.encode(), batch(amounts))


@given(st.binary(max_size=300))
def test_no_nonsense_is_read_as_results_or_as_a_bill(content: bytes) -> None:
    with pytest.raises(ProviderFault):
        agreement_pay.read_results(content, batch([100]))
    with pytest.raises(ProviderFault):
        wechat_pay.read_bill(content, ON)


def bill(rows: list[tuple[str, int, str]], *, opening: int = 100_000) -> str:
    balance, lines = opening, []
    for number, (kind, minor, voucher) in enumerate(rows):
        balance += minor
        way, cells = "收入" if minor > 0 else "支出", [f"2026-03-06 10:00:{number:02d}", f"T{number}", f"F{number}"]
        cells += [kind, kind, way, decimal_text(abs(minor), "CNY"), decimal_text(balance, "CNY"), "system", "", voucher]
        lines.append(",".join(f"`{cell}" for cell in cells))
    return "\ufeff" + "\r\n".join([HEAD, *lines, "资金流水总笔数", f"`{len(rows)}", ""])


def test_a_bill_of_wechat_pay_is_a_statement() -> None:
    paid, given_back, sent = order(1), order(2), order(3).replace("_", "")
    rows = [("交易", 50_000, paid), ("扣除交易手续费", -300, paid), ("退款", -20_000, given_back)]
    rows += [("商家转账", -1_000, sent), ("提现", -70_000, "W1")]
    found = wechat_pay.read_bill(bill(rows).encode(), ON)
    assert (found.opening, found.closing) == (Money(100_000), Money(58_700))
    kinds = [LineKind.ORDER, LineKind.FEE, LineKind.ORDER, LineKind.ORDER, LineKind.OTHER]
    lines = list(found.lines)
    assert [line.kind for line in lines] == kinds
    assert [line.payment_id for line in lines] == [paid, paid, given_back, order(3), None]
    assert [line.amount.minor for line in lines] == [minor for _, minor, _ in rows]


def test_a_bill_that_says_it_has_more_lines_is_not_believed() -> None:
    with pytest.raises(ProviderFault):
        wechat_pay.read_bill(bill([("交易", 100, order(1))]).replace("`1\r\n", "`2\r\n").encode(), ON)
