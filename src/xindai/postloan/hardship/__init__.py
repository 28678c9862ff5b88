"""Help for those who cannot pay as agreed: asked for, planned by two, agreed to by their person, and only then so.

Kept true: a plan lasts five years at most, costs no higher rate than before, and changes its loan in the transaction in which its
person agrees. As long as a request is open, nobody collects. Not our business: the arithmetic of a new plan (lending).
"""
