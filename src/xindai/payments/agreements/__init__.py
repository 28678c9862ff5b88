"""What people have agreed to: that a rail may debit their card for us.

Kept true: an agreement is for one person, one rail and one card; the newest stands; its number is sealed. It holds only while
the person has that card, and until they take it back. Not our business: how a rail proves it (outside).
"""
