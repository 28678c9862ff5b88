"""Claims that are sold together to a buyer: which may be, at what price, by whose word, and when they are another's.

Kept true: a loan is in one sale at a time; a second person agrees; nothing is sold before its price has come, and the price is the
sum of what each claim costs; what was disputed, paid on or stopped meanwhile stays ours. Refused: claims that are not
non-performing, shared with partners, or about fraud. Not our business: the books (loans), the money that came (receipts).
"""
