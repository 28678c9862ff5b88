"""Looks at all stages; no stage looks at it."""
