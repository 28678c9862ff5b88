"""What the lender's own capital bears: what one borrower may owe, what may be borrowed, what is lent with whom.

Kept true: a statement of capital counts once a second person of finance has agreed, from its day until a later one; nothing is lent to somebody
beyond what the law and the capital of the day allow. Not our business: the lender's own books outside lending, from which statements come.
"""
