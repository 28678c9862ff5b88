"""Loans that live, money that moves, books that balance. The word *account* is kept for the ledger."""
