"""Pre-approval (白名单): whom of a population one would lend to, how much and at what price, before they ask.

The very numbers of a single assessment, counted for a table: scores, prices and limits by columns, schedule and cost once for
each limit and price that occur, and the strategy row by row. Identity is taken as proven: whoever takes an invitation is
identified then. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from xindai.credit.decision import assessment, many, pricing
from xindai.credit.features.registry import CONSENTED, Source
from xindai.credit.scoring import Cards
from xindai.credit.strategies.graph import Strategy
from xindai.credit.strategies.model import Outcome
from xindai.products import schedules
from xindai.products.catalogue.model import Audience, Product
from xindai.values.money import Money
from xindai.values.rate import Rate
from xindai.values.refusal import Invalid

NEEDED = {"person": pl.String, "monthly_income": pl.Int64, "age": pl.Int64}
"""Columns beside the features: who, yuan a month, years."""
NEEDED_OF_BUSINESSES = {**NEEDED, "yearly_revenue": pl.Int64}
"""Where businesses are invited: yuan a year, too."""
TOLD = {
    "person": pl.String,
    "outcome": pl.String,
    "limit": pl.Int64,
    "rate_bps": pl.Int64,
    "score": pl.Int64,
    "pd_ppm": pl.Int64,
    "grade": pl.String,
    "failed": pl.String,
}
CHUNK = 50_000


@dataclass(frozen=True)
class Invitation:
    """To what: a product over so many months, judged by scorecards and a strategy as of a day."""

    product: Product
    months: int
    cards: Cards
    strategy: Strategy
    on: date

    def sent_to(self, table: pl.DataFrame) -> pl.DataFrame:
        """What is said of each person, as `TOLD`; limits in minor units, none for whoever is not approved. Refuses: Invalid."""
        _check(table, self.product, self.months)
        parts = [self._told(part) for part in table.iter_slices(CHUNK)]
        return pl.concat(parts) if parts else pl.DataFrame(schema=TOLD)

    def sent_to_cluster(self, frame: Any) -> Any:
        """The same of a Spark data frame, part by part on its workers."""
        schema = ", ".join(f"`{name}` {'bigint' if kind == pl.Int64 else 'string'}" for name, kind in TOLD.items())

        def parts(batches: Iterator[Any]) -> Iterator[Any]:
            for batch in batches:
                yield from self.sent_to(pl.DataFrame(batch)).to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()

        return frame.mapInArrow(parts, schema)

    def _told(self, table: pl.DataFrame) -> pl.DataFrame:
        inputs = self._inputs(table)
        features = [name for name in table.columns if name.split("_", 1)[0] in (*CONSENTED, Source.BUSINESS)]
        outcomes, failed = [], []
        rows = inputs.iter_rows(named=True)
        with_features = table.select(features).iter_rows(named=True) if self.strategy.reads_features else None
        for row in rows:
            row["features"] = next(with_features) if with_features is not None else {}
            outcome, wrong = assessment.outcome(self.strategy, row)
            outcomes.append(outcome.value)
            failed.append(" ".join(wrong))
        approved = pl.Series(outcomes, dtype=pl.String) == Outcome.APPROVE.value
        return inputs.select(
            table["person"].cast(pl.String),
            pl.Series("outcome", outcomes, dtype=pl.String),
            pl.when(approved).then(pl.col("limit")).otherwise(0).alias("limit"),
            "rate_bps",
            "score",
            "pd_ppm",
            "grade",
            pl.Series("failed", failed, dtype=pl.String),
        )

    def _inputs(self, table: pl.DataFrame) -> pl.DataFrame:
        """What the strategy is asked about, a row for each person; amounts in minor units."""
        product = self.product
        income = table["monthly_income"].cast(pl.Int64) * 100
        card = self.cards.repayment(of_business=product.audience is Audience.BUSINESS)
        scored = many.score(card, table).with_columns(
            pl.lit(income).alias("income"),
            *([table["yearly_revenue"].cast(pl.Int64) * 100] if product.audience is Audience.BUSINESS else []),
            table["age"].cast(pl.Int64).alias("age"),
            pricing.price_all(pl.col("pd_ppm")).alias("rate_bps"),
            *_read(table),
        )
        scored = scored.with_columns(
            pricing.limit_all(
                product,
                pricing.Means(
                    pl.col("income"),
                    pl.col("service"),
                    pl.col("unsecured"),
                    pl.col("yearly_revenue") if product.audience is Audience.BUSINESS else None,
                ),
                grade=pl.col("grade"),
                asked=product.most.minor,
            ).alias("limit")
        )
        share = -((-pl.col("largest") * 10_000) // pl.col("income"))
        return scored.join(self._loans(scored), on=["limit", "rate_bps"], how="left", maintain_order="left").with_columns(
            pl.when(pl.col("largest") == 0)
            .then(0)
            .when(pl.col("income") <= 0)
            .then(1_000_000)
            .otherwise(pl.min_horizontal(share, 1_000_000))
            .alias("instalment_share_bps"),
            many.score(self.cards.fraud, table)["pd_ppm"].alias("fraud_ppm"),
            pl.lit(self.cards.fraud.hash[:12]).alias("fraud_model"),
            pl.lit(product.least_age).alias("least_age"),
            pl.lit(product.most_age).alias("most_age"),
            pl.lit("proven").alias("identity"),
            pl.lit(False).alias("bureau_partial"),
            pl.lit(product.least.minor).alias("least"),
            pl.lit(pricing.POLICY).alias("policy"),
        ).drop("income", "largest", "service", "unsecured", "yearly_revenue", strict=False)  # fmt: skip

    def _loans(self, scored: pl.DataFrame) -> pl.DataFrame:
        """Of each limit and price that occur: the largest instalment, none below the least; whether the cap holds."""
        found = []
        for limit, rate_bps in scored.select("limit", "rate_bps").unique().iter_rows():
            if limit < self.product.least.minor:
                cap = self.product.highest_cost
                found.append((limit, rate_bps, 0, rate_bps * cap.denominator <= cap.numerator * 10_000))
                continue
            terms = self.product.terms(
                principal=Money(limit), annual_rate=Rate(rate_bps, 10_000), months=self.months, disbursed_on=self.on
            )
            largest = max(row.total for row in schedules.schedule(terms))
            found.append((limit, rate_bps, largest, pricing.within_cap(self.product, terms)))
        schema = {"limit": pl.Int64, "rate_bps": pl.Int64, "largest": pl.Int64, "price_within_cap": pl.Boolean}
        return pl.DataFrame(found, schema=schema, orient="row")


def _check(table: pl.DataFrame, product: Product, months: int) -> None:
    needed = NEEDED_OF_BUSINESSES if product.audience is Audience.BUSINESS else NEEDED
    for name, kind in needed.items():
        if name not in table.columns:
            raise Invalid(f"The table needs a column {name!r}.", field=name)
        if kind == pl.Int64 and (not table.schema[name].is_integer() or table[name].null_count()):
            raise Invalid(f"{name!r} is a whole number in every row.", field=name)
    if not any(name.startswith("bureau_") for name in table.columns):
        raise Invalid("The table has no features of a credit report.", field="table")
    if months not in product.months:
        raise Invalid(f"The product runs for {', '.join(map(str, product.months))} months.", field="months")


def _read(table: pl.DataFrame) -> Iterator[pl.Series]:
    """The columns of inputs that are read from features, as `assessment.of_features` reads them from one person's."""
    none = pl.repeat(None, len(table), dtype=pl.Int64, eager=True)

    def of(name: str) -> pl.Series:
        return table[name].cast(pl.Int64) if name in table.columns else none

    for source in CONSENTED:
        columns = [name for name in table.columns if name.startswith(f"{source.value}_")]
        seen = (
            table.select(pl.any_horizontal(pl.col(one).is_not_null() for one in columns)).to_series()
            if columns
            else None
        )
        yield (seen if seen is not None else none.is_not_null()).alias(f"{source.value}_answered")
    service, unsecured, billed = (of(one).fill_null(0) * 100 for one in assessment.OWED)
    yield service.alias("service")
    yield (unsecured + billed).alias("unsecured")
    for name, read in assessment.READ.items():
        worst = [of(one).fill_null(0) for one in read]
        yield pl.DataFrame(worst).max_horizontal().alias(name) if len(worst) > 1 else worst[0].alias(name)
    yield (table["open_loans"].cast(pl.Int64) if "open_loans" in table.columns else none.fill_null(0)).alias(
        "open_loans"
    )
