"""How late the book is, which class that makes each loan, and what is set aside for losses.

Kept true: what is set aside on a closed day is what its classes ask for, in the table and in the ledger. Not our business:
giving a loan up (loans), and judging one beyond its days.
"""
