"""Papers that somebody photographed: kept sealed, read by a machine, set right by their owner.

Kept true: a picture is kept only under a grant; what was read and what a person changed stand side by side. Refused: what is
no picture, what is too large or too small, more than a day's share. Not ours: opening pictures (the reader does).
"""
