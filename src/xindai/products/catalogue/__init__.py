"""The products on sale: versions of data, proposed by one member of staff and approved by another, effective from a day.

Kept true: a version never changes; what was sold under it keeps it. Refused: what the law or the arithmetic forbids.
"""
