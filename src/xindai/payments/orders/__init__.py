"""Orders to the bank: money out and money in, each exactly once.

Kept true: an order moves only along its table, each move is journaled, and the bank's answer is applied to the loan in
the same transaction as the move. Refused: a second pay-out of a loan, a second open collection. Unknown is asked about,
never sent again blindly. Not our business: how to reach the bank (outside) and when to ask (journeys).
"""
