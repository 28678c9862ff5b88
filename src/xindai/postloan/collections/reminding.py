"""When somebody is reminded, and in which words. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from xindai.postloan.collections.model import Stage

EARLIEST_HOUR, LATEST_HOUR = 8, 22
DAYS_BEFORE = (3, 1)
DAYS_LATE = (1, 3, 7, 14, 21, 28)


def stage(overdue_days: int) -> Stage:
    """The stage of arrears."""
    if overdue_days <= 0:
        return Stage.M0
    return [Stage.M1, Stage.M2, Stage.M3][(overdue_days - 1) // 30] if overdue_days <= 90 else Stage.M4


def may_contact(hour: int) -> bool:
    """Whether the debtor may be contacted at this local hour (R-COLL-01)."""
    return EARLIEST_HOUR <= hour < LATEST_HOUR


def is_reminded(*, due_on: date, overdue_days: int, on: date) -> bool:
    """Whether today is a day on which this debtor hears from us: before the due day, and on set days after it."""
    if overdue_days <= 0:
        return (due_on - on) in {timedelta(days=days) for days in DAYS_BEFORE}
    return overdue_days in DAYS_LATE or (overdue_days > DAYS_LATE[-1] and overdue_days % 15 == 0)


def text(*, reference: str, amount: str, due_on: date, overdue_days: int) -> str:
    """The message, signed (R-MSG-02), with what is owed, since when, and where help is to be had."""
    if overdue_days <= 0:
        return f"【信贷】您的贷款 {reference} 将于 {due_on:%m月%d日} 自动扣款 {amount} 元，请确保银行卡余额充足。"
    return (
        f"【信贷】您的贷款 {reference} 应还 {amount} 元，已逾期 {overdue_days} 天。"
        "您可在小程序内还款；如有困难，可在小程序内申请协商还款方案。"
    )
