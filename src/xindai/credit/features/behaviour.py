"""What a person earned, spent, borrowed and did, as features: one definition for an applicant and for a population.

The events of many people are one table of whole numbers and texts (`events.SCHEMA`), on any engine that narwhals speaks for:
Polars for one applicant and for batches, Spark for a cluster. The words that a definition uses (`col`, `when`, `lit`) are
the same in Polars and in narwhals, so expressions are made once for each of them, and one applicant costs no translation.

An event counts when it is from 1 to 365 days before the day of the decision, so nothing of that day or after it can leak
in. Somebody without any such event has no features: all are missing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce
from typing import Any

import narwhals as nw
import polars as pl

from xindai.credit.features.engine import Declared, Read, column, quotient
from xindai.credit.features.registry import Feature
from xindai.credit.sources.events import Event, day_number, places, table

YEAR = 365
LARGE = 1_000_00
MOST_SHARE = 100_000
FEW = 20_000
"""So many events are counted at once, without a plan being made first."""
_NUMBER = "number of who is asked about"


def of_person(events: Sequence[Event], *, on: date) -> dict[str, int | None]:
    """One person's features as of the day `on`."""
    return of_people({"p": events}, on=on)["p"]


def of_people(events: Mapping[str, Sequence[Event]], *, on: date) -> dict[str, dict[str, int | None]]:
    """The features of some people as of the day `on`, by person: a hundred at once take little longer than one."""
    if not events:
        return {}
    people = {"person": list(events), "on": [day_number(on)] * len(events)}
    asked = pl.DataFrame(people, schema={"person": pl.String, "on": pl.Int32})
    return {one.pop("person"): one for one in features(table(list(events.items())), asked).iter_rows(named=True)}


def features(events: Any, asked: Any, *, key: str = "person") -> Any:
    """A row for each of `asked` (person, on) with every feature, as of that day; frames of one engine, in and out.

    Somebody is asked about once, unless `key` names another column of `asked` that tells its rows apart.
    """
    if isinstance(events, pl.DataFrame) and len(events) <= FEW:
        return _features(events, asked, key, _defined(pl))
    if isinstance(events, pl.DataFrame):
        numbered = asked.with_row_index(_NUMBER)  # people go by number: texts are slow to group by
        found = _features(events.lazy(), numbered.lazy(), _NUMBER, _defined(pl), _counted_by_kind).collect()
        return numbered.select(_NUMBER, key).join(found, on=_NUMBER, how="left").drop(_NUMBER)
    if isinstance(events, pl.LazyFrame):
        return _features(events, asked, key, _defined(pl), _counted_by_kind)
    return nw.to_native(_features(nw.from_native(events), nw.from_native(asked), key, _defined(nw)))


def _counted_at_once(seen: Any, key: str, by: _Defined) -> Any:
    return seen.group_by(key).agg(*by.measures)


def _counted_by_kind(seen: Any, key: str, by: _Defined) -> Any:
    """The same for many: a measure of one kind looks at no events of another. Whoever has none of a kind has zero of it."""
    apart = [seen.filter(one.holds).group_by(key).agg(*one.measures) for one in by.kinds]
    whole = seen.group_by(key).agg(*by.of_any)
    return reduce(lambda found, one: found.join(one, on=key, how="left"), apart, whole).with_columns(*by.zeros)


def _features(events: Any, asked: Any, key: str, by: _Defined, counting: Callable[..., Any] = _counted_at_once) -> Any:
    seen = events.join(asked, on="person", how="inner").with_columns(by.ago).filter(by.seen)
    counted = counting(seen, key, by)
    watched = seen.filter(by.has_party).with_columns(by.watched)
    parties = watched.group_by(key, "watched", "party").agg(by.last).group_by(key)
    days = seen.filter(by.lately).group_by(key, "ago").agg(by.events).group_by(key)
    joined = counted.join(parties.agg(*by.parties), on=key, how="left").join(days.agg(*by.days), on=key, how="left")
    return asked.select(key).join(joined.select(key, *by.read), on=key, how="left")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is measured over the events of one kind."""

    holds: Any
    measures: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Defined:
    """The expressions of one engine's words."""

    ago: Any
    seen: Any
    measures: tuple[Any, ...]
    kinds: tuple[_Kind, ...]
    of_any: tuple[Any, ...]
    zeros: tuple[Any, ...]
    has_party: Any
    watched: Any
    last: Any
    parties: tuple[Any, ...]
    lately: Any
    events: Any
    days: tuple[Any, ...]
    read: tuple[Any, ...]


@cache
def _defined(w: Any) -> _Defined:
    """Everything in the words `w`: Polars' own, or narwhals'."""
    ago = w.col("ago")
    return _Defined(
        ago=(w.col("on") - w.col("day")).alias("ago"),
        seen=(ago >= 1) & (ago <= YEAR),
        measures=tuple(_measured(w, one) for one in _MEASURES),
        kinds=tuple(
            _Kind(_of_kind(w, kind), tuple(_measured(w, one) for one in _MEASURES if one.kind == kind))
            for kind in dict.fromkeys(one.kind for one in _MEASURES)
            if kind is not None
        ),
        of_any=tuple(_measured(w, one) for one in _MEASURES if one.kind is None),
        zeros=tuple(
            w.col(one.name).fill_null(0)
            for one in _MEASURES
            if one.kind is not None and one.what in {"count", "sum", "largest"}
        ),
        has_party=(w.col("party") != w.lit("")) & _any(_of_kind(w, kind) & (ago <= most) for kind, most in _WATCHED),
        watched=reduce(
            operator.add,
            (
                w.when(_of_kind(w, kind)).then(w.lit(number)).otherwise(w.lit(0))
                for number, (kind, _) in enumerate(_WATCHED)
            ),
        ).alias("watched"),
        last=ago.min().alias("last"),
        parties=tuple(
            _counted(w, (w.col("watched") == _WATCH[kind]) & (w.col("last") <= window)).alias(name)
            for name, kind, window in _PARTIES
        ),
        lately=ago <= max(window for _, window in _DAYS),
        events=w.len().alias("events"),
        days=tuple(_counted(w, ago <= window).alias(name) for name, window in _DAYS),
        read=tuple(read(w).alias(feature.name) for feature, read in _DECLARED),
    )


@dataclass(frozen=True, slots=True)
class _Measure:
    """A number counted over events: how many, their amount, the largest, the latest, the earliest."""

    name: str
    what: str
    window: int
    kind: str | None = None
    category: str | None = None
    when: str | None = None


def _condition(w: Any, one: _Measure) -> Any:
    holds = w.col("ago") <= one.window
    if one.kind is not None:
        holds = holds & _of_kind(w, one.kind, one.category)
    if one.when == "night":
        holds = holds & (w.col("minute") < 360)
    if one.when == "weekend":
        holds = holds & ((w.col("day") + 3) % 7 >= 5)
    if one.when == "large":
        holds = holds & (w.col("amount") >= LARGE)
    if one.when == "risky":
        holds = holds & _any(_of_kind(w, "device", category) for category in ("rooted", "proxy", "time_zone"))
    return holds


def _of_kind(w: Any, kind: str, category: str | None = None) -> Any:
    first, last = places(kind, category)
    return (w.col("sort") >= first) & (w.col("sort") <= last) if first < last else w.col("sort") == first


def _any(conditions: Iterable[Any]) -> Any:
    return reduce(operator.or_, conditions)


def _counted(w: Any, holds: Any) -> Any:
    return w.when(holds).then(w.lit(1)).otherwise(w.lit(0)).sum()


def _measured(w: Any, one: _Measure) -> Any:
    holds = _condition(w, one)
    if one.what == "count":
        counted = _counted(w, holds)
    elif one.what == "sum":
        counted = w.when(holds).then(w.col("amount")).otherwise(w.lit(0)).sum()
    elif one.what == "largest":
        counted = w.when(holds).then(w.col("amount")).otherwise(w.lit(0)).max()
    elif one.what == "latest":
        counted = w.when(holds).then(w.col("ago")).min()
    else:
        counted = w.when(holds).then(w.col("ago")).max()
    return counted.alias(one.name)


def _spend(category: str, window: int) -> _Measure:
    return _Measure(f"_{category}_{window}", "sum", window, "spend", category)


_MEASURES = (
    *(_Measure(f"_spends_{w}", "count", w, "spend") for w in (30, 90, 180, 365)),
    *(_Measure(f"_spent_{w}", "sum", w, "spend") for w in (30, 90, 180, 365)),
    *(_spend(one, 90) for one in ("food", "shopping", "game", "virtual", "gambling", "cash_like")),
    *(_spend(one, 365) for one in ("travel", "health", "education", "insurance")),
    *(_Measure(f"_{one}_times_365", "count", 365, "spend", one) for one in ("utilities", "phone", "rent")),
    _Measure("_gambling_times_90", "count", 90, "spend", "gambling"),
    *(_Measure(f"_{when}_spent_90", "sum", 90, "spend", None, when) for when in ("night", "weekend", "large")),
    _Measure("_largest_90", "largest", 90, "spend"),
    *(_Measure(f"_income_{w}", "sum", w, "income") for w in (30, 90, 180, 365)),
    *(_Measure(f"_salary_{w}", "sum", w, "income", "salary") for w in (90, 180)),
    *(_Measure(f"_salary_times_{w}", "count", w, "income", "salary") for w in (90, 180, 365)),
    _Measure("_salary_latest", "latest", 365, "income", "salary"),
    _Measure("_income_times_90", "count", 90, "income"),
    *(_Measure(f"_business_{w}", "sum", w, "income", "business") for w in (30, 90, 180, 365)),
    _Measure("_business_times_90", "count", 90, "income", "business"),
    _Measure("_business_latest", "latest", 365, "income", "business"),
    *(_Measure(f"_applied_{w}", "count", w, "apply") for w in (7, 30, 90, 365)),
    _Measure("_applied_latest", "latest", 365, "apply"),
    *(_Measure(f"_borrowed_{w}", "sum", w, "borrow") for w in (90, 365)),
    *(_Measure(f"_borrows_{w}", "count", w, "borrow") for w in (90, 365)),
    *(_Measure(f"_repaid_{w}", "sum", w, "repay") for w in (90, 180)),
    _Measure("_repays_180", "count", 180, "repay"),
    _Measure("_repays_late_180", "count", 180, "repay", "late"),
    _Measure("_repaid_late_latest", "latest", 365, "repay", "late"),
    *(_Measure(f"_failed_debits_{w}", "count", w, "failed_debit") for w in (30, 90)),
    _Measure("_refunds_90", "count", 90, "refund"),
    _Measure("_sim_changes_180", "count", 180, "device", "sim_change"),
    _Measure("_risky_device_180", "count", 180, "device", None, "risky"),
    _Measure("_cities_365", "count", 365, "city"),
    *(_Measure(f"_lending_visits_{w}", "count", w, "visit", "lending_app") for w in (7, 30)),
    _Measure("_night_events_90", "count", 90, None, None, "night"),
    _Measure("_events_90", "count", 90),
    _Measure("_events_latest", "latest", 365),
    _Measure("_events_earliest", "earliest", 365),
)
_PARTIES = (
    ("_merchants_90", "spend", 90),
    ("_lenders_asked_30", "apply", 30),
    ("_lenders_asked_90", "apply", 90),
    ("_lenders_365", "borrow", 365),
    ("_devices_365", "device", 365),
    ("_payers_90", "income", 90),
)
_WATCHED = (("spend", 90), ("apply", 90), ("borrow", 365), ("device", 365), ("income", 90))
"""Of which kinds parties are counted, and how far back: what is older needs no grouping."""
_WATCH = {kind: number for number, (kind, _) in enumerate(_WATCHED)}
_DAYS = (("_active_days_30", 30), ("_active_days_90", 90))


def _or_zero(name: str) -> Read:
    """Counts of parties and days: none of a kind is zero, not missing, for somebody who has events."""
    return lambda w: w.col(name).cast(w.Int64).fill_null(0)


def _yuan(name: str) -> Read:
    return column(name, over=100)


def _over(part: str, whole: str, *, per: int = 1) -> Read:
    """A whole quotient, `per` of it a unit; missing where there is no whole."""
    return lambda w: w.when(w.col(whole) > 0).then(w.col(part).cast(w.Int64) // (w.col(whole).cast(w.Int64) * per))


def _share(part: str, whole: str) -> Read:
    """Part / whole in basis points, at most ten times; missing where there is no whole."""
    return quotient(part, whole, times=10_000, most=MOST_SHARE)


_DECLARED: Declared = tuple(
    (Feature(f"behaviour_{name}", en, zh, unit, risk, window), read)
    for name, en, zh, unit, risk, window, read in (
        ("spends_30d", "Purchases in 30 days", "近 30 天消费次数", "count", 0, 30, column("_spends_30")),
        ("spends_90d", "Purchases in 90 days", "近 90 天消费次数", "count", 0, 90, column("_spends_90")),
        ("spends_365d", "Purchases in a year", "近一年消费次数", "count", -1, 365, column("_spends_365")),
        ("spent_30d", "Spent in 30 days", "近 30 天消费金额", "yuan", 0, 30, _yuan("_spent_30")),
        ("spent_90d", "Spent in 90 days", "近 90 天消费金额", "yuan", 0, 90, _yuan("_spent_90")),
        ("spent_365d", "Spent in a year", "近一年消费金额", "yuan", 0, 365, _yuan("_spent_365")),
        ("spent_trend", "Spending of 30 days over that of 180", "近 30 天消费占近 180 天比", "bps", 0, 180, _share("_spent_30", "_spent_180")),
        ("ticket_mean_90d", "Mean purchase in 90 days", "近 90 天笔均消费", "yuan", 0, 90, _over("_spent_90", "_spends_90", per=100)),
        ("ticket_largest_90d", "Largest purchase in 90 days", "近 90 天最大单笔消费", "yuan", 0, 90, _yuan("_largest_90")),
        ("food_share_90d", "Food in spending", "近 90 天餐饮食品占比", "bps", 0, 90, _share("_food_90", "_spent_90")),
        ("shopping_share_90d", "Shopping in spending", "近 90 天购物占比", "bps", 0, 90, _share("_shopping_90", "_spent_90")),
        ("game_share_90d", "Games in spending", "近 90 天游戏占比", "bps", 1, 90, _share("_game_90", "_spent_90")),
        ("virtual_share_90d", "Virtual goods in spending", "近 90 天虚拟商品占比", "bps", 1, 90, _share("_virtual_90", "_spent_90")),
        ("gambling_90d", "Gambling-like payments in 90 days", "近 90 天疑似博彩支出", "yuan", 1, 90, _yuan("_gambling_90")),
        ("gambling_times_90d", "Gambling-like payments, how often", "近 90 天疑似博彩次数", "count", 1, 90, column("_gambling_times_90")),
        ("cash_like_90d", "Cash-like payments in 90 days", "近 90 天疑似套现支出", "yuan", 1, 90, _yuan("_cash_like_90")),
        ("cash_like_share_90d", "Cash-like payments in spending", "近 90 天疑似套现占比", "bps", 1, 90, _share("_cash_like_90", "_spent_90")),
        ("travel_365d", "Spent on travel in a year", "近一年出行旅游支出", "yuan", -1, 365, _yuan("_travel_365")),
        ("health_365d", "Spent on health in a year", "近一年医疗健康支出", "yuan", 0, 365, _yuan("_health_365")),
        ("education_365d", "Spent on education in a year", "近一年教育支出", "yuan", -1, 365, _yuan("_education_365")),
        ("insurance_365d", "Spent on insurance in a year", "近一年保险支出", "yuan", -1, 365, _yuan("_insurance_365")),
        ("utilities_365d", "Utility bills paid in a year", "近一年水电煤缴费次数", "count", -1, 365, column("_utilities_times_365")),
        ("phone_365d", "Phone top-ups in a year", "近一年话费充值次数", "count", -1, 365, column("_phone_times_365")),
        ("rent_365d", "Rents paid in a year", "近一年房租支付次数", "count", -1, 365, column("_rent_times_365")),
        ("night_share_90d", "Spending between midnight and six", "近 90 天夜间消费占比", "bps", 1, 90, _share("_night_spent_90", "_spent_90")),
        ("weekend_share_90d", "Spending on weekends", "近 90 天周末消费占比", "bps", 0, 90, _share("_weekend_spent_90", "_spent_90")),
        ("large_share_90d", "Large purchases in spending", "近 90 天大额消费占比", "bps", 0, 90, _share("_large_spent_90", "_spent_90")),
        ("merchants_90d", "Merchants in 90 days", "近 90 天商户数", "count", -1, 90, _or_zero("_merchants_90")),
        ("refunds_90d", "Refunds in 90 days", "近 90 天退款次数", "count", 1, 90, column("_refunds_90")),
        ("income_30d", "Income in 30 days", "近 30 天收入", "yuan", -1, 30, _yuan("_income_30")),
        ("income_90d", "Income in 90 days", "近 90 天收入", "yuan", -1, 90, _yuan("_income_90")),
        ("income_365d", "Income in a year", "近一年收入", "yuan", -1, 365, _yuan("_income_365")),
        ("income_times_90d", "Payments received in 90 days", "近 90 天入账次数", "count", 0, 90, column("_income_times_90")),
        ("income_trend", "Income of 30 days over that of 180", "近 30 天收入占近 180 天比", "bps", -1, 180, _share("_income_30", "_income_180")),
        ("payers_90d", "Payers in 90 days", "近 90 天付款方数", "count", 0, 90, _or_zero("_payers_90")),
        ("salary_90d", "Salary in 90 days", "近 90 天工资收入", "yuan", -1, 90, _yuan("_salary_90")),
        ("salary_monthly_180d", "Mean monthly salary in 180 days", "近 180 天月均工资", "yuan", -1, 180, lambda w: w.col("_salary_180").cast(w.Int64) // 600),
        ("salary_times_180d", "Salaries in 180 days", "近 180 天发薪次数", "count", -1, 180, column("_salary_times_180")),
        ("salary_times_365d", "Salaries in a year", "近一年发薪次数", "count", -1, 365, column("_salary_times_365")),
        ("salary_days_ago", "Days since the last salary", "距最近发薪天数", "days", 1, 365, column("_salary_latest")),
        ("business_90d", "Receipts of a business in 90 days", "近 90 天经营收款", "yuan", -1, 90, _yuan("_business_90")),
        ("business_365d", "Receipts of a business in a year", "近一年经营收款", "yuan", -1, 365, _yuan("_business_365")),
        ("business_times_90d", "Receipts of a business, how often", "近 90 天经营收款次数", "count", -1, 90, column("_business_times_90")),
        ("business_trend", "Receipts of 30 days over those of 180", "近 30 天经营收款占近 180 天比", "bps", -1, 180, _share("_business_30", "_business_180")),
        ("business_share_90d", "Receipts of a business in income", "近 90 天经营收款占收入比", "bps", 0, 90, _share("_business_90", "_income_90")),
        ("business_days_ago", "Days since a business received anything", "距最近经营收款天数", "days", 1, 365, column("_business_latest")),
        ("spent_of_income_90d", "Spending over income", "近 90 天支出收入比", "bps", 1, 90, _share("_spent_90", "_income_90")),
        ("applied_7d", "Loans asked for elsewhere in 7 days", "近 7 天他处申请次数", "count", 1, 7, column("_applied_7")),
        ("applied_30d", "Loans asked for elsewhere in 30 days", "近 30 天他处申请次数", "count", 1, 30, column("_applied_30")),
        ("applied_90d", "Loans asked for elsewhere in 90 days", "近 90 天他处申请次数", "count", 1, 90, column("_applied_90")),
        ("applied_365d", "Loans asked for elsewhere in a year", "近一年他处申请次数", "count", 1, 365, column("_applied_365")),
        ("applied_days_ago", "Days since a loan was asked for elsewhere", "距最近他处申请天数", "days", -1, 365, column("_applied_latest")),
        ("lenders_asked_30d", "Lenders asked in 30 days", "近 30 天申请机构数", "count", 1, 30, _or_zero("_lenders_asked_30")),
        ("lenders_asked_90d", "Lenders asked in 90 days", "近 90 天申请机构数", "count", 1, 90, _or_zero("_lenders_asked_90")),
        ("borrowed_90d", "Borrowed elsewhere in 90 days", "近 90 天他处借款金额", "yuan", 1, 90, _yuan("_borrowed_90")),
        ("borrowed_365d", "Borrowed elsewhere in a year", "近一年他处借款金额", "yuan", 1, 365, _yuan("_borrowed_365")),
        ("borrows_90d", "Loans taken elsewhere in 90 days", "近 90 天他处借款次数", "count", 1, 90, column("_borrows_90")),
        ("lenders_365d", "Lenders in a year", "近一年借款机构数", "count", 1, 365, _or_zero("_lenders_365")),
        ("repaid_of_income_90d", "Repaid elsewhere over income", "近 90 天还款收入比", "bps", 1, 90, _share("_repaid_90", "_income_90")),
        ("repays_180d", "Repayments elsewhere in 180 days", "近 180 天他处还款次数", "count", 0, 180, column("_repays_180")),
        ("repays_late_180d", "Late repayments elsewhere in 180 days", "近 180 天他处逾期还款次数", "count", 1, 180, column("_repays_late_180")),
        ("repays_late_share_180d", "Late among repayments elsewhere", "近 180 天他处逾期还款占比", "bps", 1, 180, _share("_repays_late_180", "_repays_180")),
        ("repaid_late_days_ago", "Days since a late repayment elsewhere", "距最近他处逾期还款天数", "days", -1, 365, column("_repaid_late_latest")),
        ("failed_debits_30d", "Failed debits in 30 days", "近 30 天扣款失败次数", "count", 1, 30, column("_failed_debits_30")),
        ("failed_debits_90d", "Failed debits in 90 days", "近 90 天扣款失败次数", "count", 1, 90, column("_failed_debits_90")),
        ("devices_365d", "Devices in a year", "近一年设备数", "count", 1, 365, _or_zero("_devices_365")),
        ("sim_changes_180d", "SIM changes in 180 days", "近 180 天换卡次数", "count", 1, 180, column("_sim_changes_180")),
        ("risky_device_180d", "Rooted device, proxy or wrong time zone", "近 180 天设备风险次数", "count", 1, 180, column("_risky_device_180")),
        ("cities_365d", "Changes of city in a year", "近一年城市变更次数", "count", 1, 365, column("_cities_365")),
        ("lending_visits_7d", "Visits to lenders' apps in 7 days", "近 7 天访问借贷应用次数", "count", 1, 7, column("_lending_visits_7")),
        ("lending_visits_30d", "Visits to lenders' apps in 30 days", "近 30 天访问借贷应用次数", "count", 1, 30, column("_lending_visits_30")),
        ("night_events_share_90d", "Activity between midnight and six", "近 90 天夜间活跃占比", "bps", 1, 90, _share("_night_events_90", "_events_90")),
        ("active_days_30d", "Active days in 30", "近 30 天活跃天数", "days", -1, 30, _or_zero("_active_days_30")),
        ("active_days_90d", "Active days in 90", "近 90 天活跃天数", "days", -1, 90, _or_zero("_active_days_90")),
        ("last_days_ago", "Days since anything happened", "距最近活跃天数", "days", 1, 365, column("_events_latest")),
        ("known_days", "Days over which events are known", "数据覆盖天数", "days", -1, 365, column("_events_earliest")),
    )
)  # fmt: skip
FEATURES: tuple[Feature, ...] = tuple(feature for feature, _ in _DECLARED)
LABELS = {feature.name: (feature.en, feature.zh) for feature in FEATURES}
