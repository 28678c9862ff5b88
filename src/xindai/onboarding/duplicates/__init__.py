"""One person known here twice, by two phones: found when the second names the first one's ID number, merged by two members of staff.

Kept true: one person per ID number; what the first has borrowed stays with them. Refused: merging somebody who has asked for
money under the second phone, and by one pair of eyes. Not ours: looking whether the two are one, which people do.
"""
