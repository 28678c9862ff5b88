"""Reminders. Kept true: the law's hours and its one message a day hold over everything (R-COLL-01, R-COLL-02).

Kept true too: the wording names who is writing and threatens nobody (R-COLL-04). Not our business: how a message travels.
"""
