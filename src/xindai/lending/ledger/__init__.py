"""Double entry: append-only, balanced, with effective day and recorded time. It knows accounts and causes, no loans.

Kept true: every entry sums to zero in each currency; a cause is posted once. Refused: an entry that does not balance.
"""
