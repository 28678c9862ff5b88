"""Lines of credit: a limit a person draws on, each draw a loan with terms and a plan of its own.

Kept true: what is drawn never exceeds the limit, however many draw at once; a changed limit or price counts for new
draws only. Refused: draws on a line that is frozen, closed or expired, or while a draw of it is overdue. Not our
business: deciding how high a limit is (credit), paying out (payments).
"""
