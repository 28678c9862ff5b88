"""Debits that go by file: made with their orders, sent once, read back whole.

Kept true: an order is in one file at most, and is submitted in the transaction that puts it there; a file is what it was when
it was made; what comes back is applied by sets, each order once. A file that its rail refuses fails its orders. Not our
business: what a file looks like (outside).
"""
