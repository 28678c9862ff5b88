"""What a person allows: who may read what, for what, until when. No grant, no pull: a pull takes the grant itself.

Kept true: a grant names the words that were shown and is signed; one scope a grant. Refused: words that are not today's.
"""
