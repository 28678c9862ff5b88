"""The life of a loan as a fold: terms and facts in, its state on any day out; pure.

Kept true: principal parts sum to what was lent; facts in any order of arrival give the same state; a reversed fact is as
if it had never been; what is kept of a loan grows as the fold does. Refused: what cannot happen to a loan as it stands.
"""
