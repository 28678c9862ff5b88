"""Nouns of everyone: money, rates, days, ids, refusals, masked values. Pure: no I/O, no clock, no randomness."""
