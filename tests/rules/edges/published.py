"""Figures that the test suite of Apache Fineract publishes for its own products, in our words.

A row is what falls due: day, principal, interest, balance after it; `=` at the end of a scene gives what one money
movement was applied to. Where two cores count days differently (a rate that counts from the day after), the day is ours.
"""

COMMON = {
    "principal": "100.00",
    "annual_rate": "0.07",
    "installments": 6,
    "disbursed_on": "2024-01-01",
    "interest_by": "day",
}
FIVE_PER_CENT = {"annual_rate": "0.05", "installments": 5, "down_payment": "0.25", "principal": "100.00"}


def repaid(on: str, amount: str, **more: str) -> dict[str, str]:
    return {"on": on, "type": "repayment", "amount": amount, **more}


PUBLISHED: dict[str, tuple[dict[str, object], str]] = {
    "act/365": (
        {"annual_rate": "0.15678", "day_count": "act/365"},
        """2024-02-01 16.10 1.33 83.90
        2024-03-01 16.38 1.05 67.52
        2024-04-01 16.53 0.90 50.99
        2024-05-01 16.77 0.66 34.22
        2024-06-01 16.97 0.46 17.25
        2024-07-01 17.25 0.22 0.00""",
    ),
    "30/360": (
        {"annual_rate": "0.094822"},
        """2024-02-01 16.34 0.79 83.66
        2024-03-01 16.47 0.66 67.19
        2024-04-01 16.60 0.53 50.59
        2024-05-01 16.73 0.40 33.86
        2024-06-01 16.86 0.27 17.00
        2024-07-01 17.00 0.13 0.00""",
    ),
    "30/360, every two weeks, a quarter paid down": (
        {**FIVE_PER_CENT, "annual_rate": "0.094822", "every": {"count": 2, "unit": "week"}},
        """2024-01-01 25.00 0.00 75.00
        2024-01-15 14.89 0.28 60.11
        2024-01-29 14.95 0.22 45.16
        2024-02-12 15.00 0.17 30.16
        2024-02-26 15.06 0.11 15.10
        2024-03-11 15.10 0.06 0.00""",
    ),
    "a second pay-out on a due day": (
        {"annual_rate": "0.094822", "events": [{"on": "2024-03-01", "type": "disbursement", "amount": "100.00"}]},
        """2024-02-01 16.34 0.79 183.66
        2024-03-01 16.47 0.66 167.19
        2024-04-01 41.31 1.32 125.88
        2024-05-01 41.64 0.99 84.24
        2024-06-01 41.96 0.67 42.28
        2024-07-01 42.28 0.33 0.00""",
    ),
    "a second pay-out in the first period": (
        {"annual_rate": "0.094822", "events": [{"on": "2024-01-08", "type": "disbursement", "amount": "200.00"}]},
        """2024-02-01 49.32 2.01 250.68
        2024-03-01 49.35 1.98 201.33
        2024-04-01 49.74 1.59 151.59
        2024-05-01 50.13 1.20 101.46
        2024-06-01 50.53 0.80 50.93
        2024-07-01 50.93 0.40 0.00""",
    ),
    "a second pay-out after an instalment was paid": (
        {
            "annual_rate": "0.094822",
            "events": [repaid("2024-02-01", "17.13"), {"on": "2024-02-15", "type": "disbursement", "amount": "200.00"}],
        },
        """2024-02-01 16.34 0.79 283.66
        2024-03-01 56.45 1.48 227.21
        2024-04-01 56.13 1.80 171.08
        2024-05-01 56.58 1.35 114.50
        2024-06-01 57.03 0.90 57.47
        2024-07-01 57.47 0.45 0.00""",
    ),
    "a lower rate inside a period": (
        {"events": [{"on": "2024-02-14", "type": "rate_change", "annual_rate": "0.04"}]},
        """2024-02-01 16.43 0.58 83.57
        2024-03-01 16.53 0.37 67.04
        2024-04-01 16.68 0.22 50.36
        2024-05-01 16.73 0.17 33.63
        2024-06-01 16.79 0.11 16.84
        2024-07-01 16.84 0.06 0.00""",
    ),
    "no interest for six days": (
        {
            "recalculation": "daily",
            "events": [
                repaid("2024-02-01", "17.01"),
                {"on": "2024-02-05", "type": "interest_pause", "until": "2024-02-10"},
            ],
        },
        """2024-02-01 16.43 0.58 83.57
        2024-03-01 16.62 0.39 66.95
        2024-04-01 16.62 0.39 50.33
        2024-05-01 16.72 0.29 33.61
        2024-06-01 16.81 0.20 16.80
        2024-07-01 16.80 0.10 0.00""",
    ),
    "an instalment paid ahead of time, interest by the day": (
        {"recalculation": "daily", "events": [repaid("2024-02-01", "17.01"), repaid("2024-02-15", "17.01")]},
        """2024-02-01 16.43 0.58 83.57
        2024-03-01 16.77 0.24 66.80
        2024-04-01 16.42 0.59 50.38
        2024-05-01 16.72 0.29 33.66
        2024-06-01 16.81 0.20 16.85
        2024-07-01 16.85 0.10 0.00
        = 17.01 16.77 0.24""",
    ),
    "all paid ahead of time, interest by the day": (
        {"recalculation": "daily", "events": [repaid("2024-02-01", "17.01"), repaid("2024-02-15", "83.81")]},
        """2024-02-01 16.43 0.58 83.57
        2024-03-01 16.77 0.24 66.80
        2024-04-01 17.01 0.00 49.79
        2024-05-01 17.01 0.00 32.78
        2024-06-01 17.01 0.00 15.77
        2024-07-01 15.77 0.00 0.00
        = 83.81 83.57 0.24""",
    ),
    "two part payments of a loan paid down, the first taken back": (
        {
            **FIVE_PER_CENT,
            "allocation": ["penalty", "fee", "principal", "interest"],
            "events": [
                repaid("2024-01-01", "25.00"),
                repaid("2024-02-01", "10.00", id="first"),
                repaid("2024-02-01", "5.19"),
                {"on": "2024-02-16", "type": "reversal", "of": "first"},
            ],
        },
        """2024-01-01 25.00 0.00 75.00
        2024-02-01 14.88 0.31 60.12
        2024-03-01 14.94 0.25 45.18
        2024-04-01 15.00 0.19 30.18
        2024-05-01 15.06 0.13 15.12
        2024-06-01 15.12 0.06 0.00
        = 5.19 5.19 0.00""",
    ),
    "an instalment paid in part and late, interest by the day": (
        {
            "recalculation": "daily",
            "allocation": ["penalty", "fee", "principal", "interest"],
            "events": [repaid("2024-02-01", "17.01"), repaid("2024-03-05", "10.00")],
        },
        """2024-02-01 16.43 0.58 83.57
        2024-03-01 16.52 0.49 67.05
        2024-04-01 16.61 0.40 50.44
        2024-05-01 16.72 0.29 33.72
        2024-06-01 16.81 0.20 16.91
        2024-07-01 16.91 0.10 0.00
        = 10.00 10.00 0.00""",
    ),
    "the rest of it still unpaid five days later": (
        {
            "recalculation": "daily",
            "events": [repaid("2024-02-01", "17.01"), repaid("2024-03-05", "10.00")],
            "as_of": "2024-03-10",
        },
        """2024-02-01 16.43 0.58 83.57
        2024-03-01 16.52 0.49 67.05
        2024-04-01 16.60 0.41 50.45
        2024-05-01 16.72 0.29 33.73
        2024-06-01 16.81 0.20 16.92
        2024-07-01 16.92 0.10 0.00""",
    ),
}
