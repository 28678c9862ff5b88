"""Orders to a rail: money out and money in, each exactly once.

Kept true: an order moves only along its table, each move is journaled, and the rail's word is applied to the loan in the
same transaction as the move; the rail is chosen once, before it is first called. Refused: a second pay-out of a loan, a second
open collection, a second open refund. Held for a person: what passes a limit, and what was made by hand. Unknown is asked
about, never sent again blindly. Not our business: how to reach a rail (outside) and when to ask (journeys).
"""
