"""How decisions are made: graphs that analysts draw, in versions that one person proposes and another lets go live.

Kept true: a decision names the version that made it, and a version never changes. Not our business: what a graph is asked
about (decision).
"""
