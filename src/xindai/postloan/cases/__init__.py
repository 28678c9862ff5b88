"""Cases of people who are late, and what they promise.

Kept true: a person has one open case as long as something of theirs is late, and none otherwise; a promise is judged once, by
what came. Not our business: whether somebody may be contacted (contacts), and when that is wanted (collections).
"""
