"""What the credit bureau is told of each loan, month by month, as it stood on the month's last evening.

Kept true: a month of a loan is told once and in the words that were kept; nothing adverse goes before its person was told five
days ahead (R-BUR-02): until then the record is held, and the next month is told instead. Not our business: who carries it there.
"""
