"""Agencies that ask for what is late on our behalf: who they are, which cases they have, what they earn.

Kept true: a case is with one agency at a time and only while the agency's contract lives; it earns on what came in while it had the
case, up to what was owed when it got it, reckoned from the whole, so that no fen depends on when it is counted. Refused: cases that are young, stopped, disputed or
with another. Not our business: whether a contact may be made (contacts), by whoever makes it.
"""
