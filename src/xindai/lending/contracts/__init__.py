"""What is agreed, and how it is shown before: the statement of the whole annual cost, and the contract that is signed.

Kept true: nothing is lent, drawn or put into instalments without a statement of its very terms, shown that day, left on the screen
for the least reading time and confirmed (R-PRICE-03, R-PRICE-04); a contract keeps what was agreed, by whom, when and on
which words, and its signature shows any change (R-MSG-03). Refused: a statement of other terms, of another day, or used before.
"""
