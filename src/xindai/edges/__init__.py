"""The doors: each translates a request into one call inward, and the answer back."""
