"""Who somebody is: a phone proven by a code, an ID and a card proven by the identity provider, sessions.

Kept true: one person per phone and per ID number; codes and tokens are kept only as hashes; what identifies a person is
kept sealed. Refused: guessing (five tries, six codes an hour), an ID number that belongs to somebody else.
"""
