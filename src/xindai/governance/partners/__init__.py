"""What each lender carries of the loans that are lent with partners: its part of the ledger, as of any day.

Kept true: all lenders' parts together are the ledger, and each of them balances. Not our business: how a figure is cut
(lending/life/shares), what a product's shares are (products/catalogue).
"""
