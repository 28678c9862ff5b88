"""Who works at the lender: let in with a password and a one-time code, let go, and in another role for an hour where there is need.

Kept true: both factors are kept sealed or as hashes; whoever leaves is logged out everywhere; what is done under another role says
so. Not our business: what a role may do (access/roles).
"""
