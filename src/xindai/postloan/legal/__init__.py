"""Enforcing what is owed: whether it may be, the letter that asks first, the way through mediation, arbitration or court, and time limits.

Kept true: nobody is sued whom the gate would not let us write to; two agree before a letter goes; what goes to a court is listed and
hashed. Not our business: what is owed (the loan tells), and what a payment after judgment is (the loan's receipts).
"""
