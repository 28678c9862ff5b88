"""What proves who somebody is, from whom, under which grant, and until when; and which level follows from it.

Kept true: a proof names its provider's reference and grant; a face check passes once. Refused: face as a condition (another way
is always open, R-ID-03), sensitive actions without a fresh proof. Not ours: asking the providers.
"""
