"""Real borrowers of 2005 as credit reports: what the bank knew of each in six months, and whether they then defaulted."""

import csv
import gzip
import os
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from xindai_sandbox import population

DATA = Path(os.environ.get("XINDAI_DATA", Path(__file__).parents[3] / "shared" / "data")) / "taiwan_credit_2005.csv.gz"
MONTHS = ["2005-09", "2005-08", "2005-07", "2005-06", "2005-05", "2005-04"]
STATUS = ["PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6"]


def rows() -> Iterator[dict[str, str]]:
    """The records as they were published."""
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def report(row: dict[str, str]) -> dict[str, Any]:
    """One record as the sandbox bureau's document; sex, age and marriage stay behind."""
    months = []
    for place, (month, status) in enumerate(zip(MONTHS, STATUS, strict=True), start=1):
        late = int(row[status])
        one: dict[str, Any] = {
            "month": month, "code": str(min(late, 7)) if late > 0 else "*" if late == -2 else "N",
            "billed": f"{int(float(row[f'BILL_AMT{place}']))}.00", "repaid": f"{int(float(row[f'PAY_AMT{place}']))}.00",
        }  # fmt: skip
        if one["code"] == "N":
            one["settled"] = "full" if late == -1 else "minimum"
        months.append(one)
    return {
        "report_id": f"TW{row['ID']}", "issued_on": "2005-10-01", "profile": {"education": int(row["EDUCATION"])},
        "revolving": [{"opened_on": "2004-01-01", "limit": f"{int(float(row['LIMIT_BAL']))}.00", "months": months}],
        "enquiries": [], "public_records": [],
    }  # fmt: skip


def defaulted(row: dict[str, str]) -> bool:
    """Whether the next month was not paid, in life."""
    return row["default.payment.next.month"] == "1"


def person(row: dict[str, str], number: int, *, on: date) -> dict[str, Any]:
    """A made-up identity around a real record: who defaulted in life stops paying here after up to two instalments."""
    rng = random.Random(f"taiwan|{row['ID']}")
    one = population.person(rng, 500_000 + number, on=on, report=report(row), will_default=defaulted(row)).document()
    income = max(4000, min(30_000, int(float(row["LIMIT_BAL"])) // 10))
    plain = {**one, "habits": None}  # nobody knows how they lived
    return {**plain, "monthly_income": f"{income}.00", "pays": rng.choice((0, 1, 2)) if one["will_default"] else None}
