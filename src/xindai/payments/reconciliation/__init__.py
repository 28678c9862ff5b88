"""Each rail's word on a day, held against our orders and the ledger, every morning.

Kept true: a line of a rail is kept once and matched at most once; what does not agree is a discrepancy, opened once, with a
proposal by rule, and closed by a person or by what comes later. Refused: to close what still does not agree without a
second person. Not our business: how a rail says it (outside), and money without an order (receipts).
"""
