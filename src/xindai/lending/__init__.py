"""Loans that live and books that balance. The word *account* is kept for the ledger."""
