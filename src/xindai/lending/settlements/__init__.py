"""What merchants are paid for what was bought on our lines: each sale once, less what it gave back, less our discount.

Kept true: a sale or a refund is part of one settlement that was not given up. Not our business: sending the money (payments).
"""
