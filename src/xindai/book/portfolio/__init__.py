"""How the book fares: vintages, rolls from stage to stage, what is at risk, what comes back, what is to be expected.

Kept true: a month is kept once, on its last evening, and never changed; every figure follows from the kept months. Not our
business: single loans.
"""
