"""Lists of people with whom one does not deal unlooked: sanctions, public office, court enforcement, our own; and who is on them.

Kept true: a name alone never refuses anybody; a number or birth date that differs clears. Refused: entries without a name. Not
ours: what follows, which the decision says.
"""
