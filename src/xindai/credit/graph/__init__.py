"""Ties between people who allowed it, and what became of them with us.

Kept true: a tie rests on a grant that stands, and goes with it. Not our business: what is read from it (features/social).
"""
