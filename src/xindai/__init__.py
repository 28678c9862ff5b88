"""Xindai (信贷): small online loans, end to end."""
