"""A loan is its terms plus the facts that happened; its state on any day is a pure fold over them.

Kept true: principal parts sum to the principal; what was received equals what was allocated; the figures posted to the
ledger equal the fold. Refused: facts about a loan that has ended. Not our business: who pays by which bank (payments).
"""
