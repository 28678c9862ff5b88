"""What a regulator is told of a month: drawn up from the books on the morning after it, checked by one, reported by another.

Kept true: figures are those of closed days and never change; what adds up must add up before anybody can sign; a correction is another
return, and the one before stays. Not our business: sending it, which is done at the regulator's own portal.
"""
