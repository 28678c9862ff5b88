"""Watching lines while they are used: a monthly look at each, by the behaviour score (B card), and warnings as they happen.

A look keeps a line as it is, cuts it, freezes it, opens it again, or offers its person a higher limit. Warnings add up and fade; enough
of them freeze a line at once.
Kept true: a limit never flutters (two looks agree before it moves, and it rests afterwards); nobody's limit is raised without
their yes; what is drawn stays as agreed. Refused: taking an offer that is past. Not our business: how lines are drawn on.
"""
