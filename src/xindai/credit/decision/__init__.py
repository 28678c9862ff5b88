"""The decision: features, score, limit and price in; a decision graph over them; every rule's verdict kept.

Kept true: one decision per application, never changed; it can be made again from what is kept, to the same answer.
A decline is a result, not an error. Not our business: where the bureau report came from (outside, journeys).
"""
