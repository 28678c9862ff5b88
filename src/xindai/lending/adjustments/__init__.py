"""What staff change about a loan, under four eyes: one proposes with a reason, another decides.

Kept true: nobody decides on what they proposed; an adjustment is applied at most once, in the transaction that approves
it. Refused: what the loan, as it stands then, cannot bear. Not our business: money that moves (payments).
"""
