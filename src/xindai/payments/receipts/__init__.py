"""Money that came to us without an order of ours: a transfer to somebody's virtual account, or from somebody unknown.

Kept true: every fen that came is on a loan, in suspense, or sent back; the same line of a rail is one receipt. What is plain is
applied at once, by the day on which it came; what is not is held until one member of staff proposes and another agrees.
Not our business: money that we ordered (orders), and what the rail's statement says of it (reconciliation).
"""
