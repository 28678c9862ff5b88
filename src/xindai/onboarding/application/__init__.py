"""What somebody asks for, from draft to the file that credit decides on.

Kept true: one open application per person; a status moves only along its table; the file is handed over once, as stored.
"""
