"""Pictures of the book, from columns: one row for each loan and month (`loan_month`). Pure; shares are between nought and one.

Amounts stay whole minor units; only shares and what is expected are floating, since nothing is booked by them.
"""

from __future__ import annotations

import polars as pl

STAGES = ("M0", "M1", "M2", "M3", "M4", "M5", "M6+", "charged_off", "settled")
"""Current; then by thirty days late; and the two ends of a loan."""
BAD_DAYS = 30
"""A loan is bad once it is more than so many days late."""
RISKS = (1, 30, 60, 90)

SCHEMA = {
    "month": pl.Date,
    "loan_id": pl.String,
    "product": pl.String,
    "cohort": pl.Date,
    "mob": pl.Int32,
    "days": pl.Int32,
    "missed": pl.Int32,
    "lent": pl.Int64,
    "principal": pl.Int64,
    "written_off": pl.Int64,
    "recovered": pl.Int64,
    "state": pl.String,
}


def stage() -> pl.Expr:
    """The stage of a row."""
    late = pl.min_horizontal((pl.col("days") + 29) // 30, pl.lit(6, pl.Int32))
    named = late.replace_strict(dict(enumerate(STAGES[:7])), return_dtype=pl.String)
    return pl.when(pl.col("state") == "living").then(named).otherwise(pl.col("state")).alias("stage")


def at_risk(rows: pl.LazyFrame) -> pl.DataFrame:
    """By month: the principal that lives, and of it what is late by so many days or more (PAR)."""
    living = rows.filter(pl.col("state") == "living")
    late = [pl.col("principal").filter(pl.col("days") >= days).sum().alias(f"par{days}") for days in RISKS]
    return living.group_by("month").agg(pl.col("principal").sum(), *late).sort("month").collect()


def vintages(rows: pl.LazyFrame, *, bad_days: int = BAD_DAYS) -> pl.DataFrame:
    """By cohort and months on book: how many loans were lent, and how many, and for how much, were bad by then (ever)."""
    is_bad = (pl.col("days") > bad_days) | (pl.col("state") == "charged_off")
    lives = (
        rows.group_by("loan_id")
        .agg(
            pl.col("cohort").first(),
            pl.col("lent").first(),
            pl.col("mob").filter(is_bad).min().alias("bad_mob"),
            pl.col("mob").max().alias("last_mob"),
        )
        .collect()
    )
    whole = lives.group_by("cohort").agg(
        pl.len().alias("loans"), pl.col("lent").sum(), pl.col("last_mob").max().alias("oldest")
    )
    ages = whole.with_columns(pl.int_ranges(0, pl.col("oldest") + 1).alias("mob")).explode("mob")
    turned = (
        lives.drop_nulls("bad_mob")
        .group_by("cohort", "bad_mob")
        .agg(pl.len().alias("bad"), pl.col("lent").sum().alias("bad_lent"))
        .with_columns(pl.col("bad_mob").cast(pl.Int64))
    )
    return (
        ages.with_columns(pl.col("mob").cast(pl.Int64))
        .join(turned, left_on=["cohort", "mob"], right_on=["cohort", "bad_mob"], how="left")
        .sort("cohort", "mob")
        .with_columns(pl.col("bad", "bad_lent").fill_null(0).cum_sum().over("cohort"))
        .select("cohort", "mob", "loans", "lent", "bad", "bad_lent")
    )


def rolls(rows: pl.LazyFrame) -> pl.DataFrame:
    """By month: how much principal of each stage stood in which stage a month later; `month` is the earlier one."""
    staged = rows.select("month", "loan_id", stage(), "principal")
    later = staged.select(pl.col("month").dt.offset_by("-1mo"), "loan_id", pl.col("stage").alias("to"))
    return (
        staged.filter(~pl.col("stage").is_in(["settled", "charged_off"]))
        .join(later, on=["month", "loan_id"])
        .group_by("month", "stage", "to")
        .agg(pl.len().alias("loans"), pl.col("principal").sum())
        .sort("month", "stage", "to")
        .collect()
    )


def first_defaults(rows: pl.LazyFrame, *, late_days: int = 1) -> pl.DataFrame:
    """By cohort: of how many loans the first, second or third instalment was missed, before any other was (FPD, SPD, TPD)."""
    first = (
        rows.group_by("loan_id")
        .agg(
            pl.col("cohort").first(),
            pl.col("missed").filter((pl.col("days") >= late_days) & (pl.col("missed") > 0)).min().alias("first"),
        )
        .collect()
    )
    counted = [
        (pl.col("first") == number).sum().alias(name) for number, name in enumerate(("fpd", "spd", "tpd"), start=1)
    ]
    return first.group_by("cohort").agg(pl.len().alias("loans"), *counted).sort("cohort")


def recoveries(rows: pl.LazyFrame) -> pl.DataFrame:
    """By months since charge-off: what was written off of loans that are at least so old, and what has come of it by then."""
    gone = rows.filter(pl.col("state") == "charged_off").select(
        "loan_id",
        "written_off",
        "recovered",
        pl.col("mob").rank("ordinal").over("loan_id").cast(pl.Int64).alias("age") - 1,
    )
    return (
        gone.group_by("age")
        .agg(pl.len().alias("loans"), pl.col("written_off", "recovered").sum())
        .sort("age")
        .collect()
    )
