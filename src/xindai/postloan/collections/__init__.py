"""Treatment of what falls due and what is late: plans of steps, as data.

Kept true: a person is treated by one plan as long as their case is open, chosen by a stable hash; a step is wanted once a day.
Not our business: whether somebody may be contacted (contacts).
"""
