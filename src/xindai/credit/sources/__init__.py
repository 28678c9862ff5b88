"""What others tell of a person, as our nouns: credit reports, events, ties; each document is read whole or refused.

Kept true: what is malformed is nothing that is known. Not our business: what is counted from them (features).
"""
