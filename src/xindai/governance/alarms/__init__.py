"""Alarms: what went wrong by itself, whose duty it is, and by when.

Kept true: the same thing raises one alarm while it is open; an alarm is closed by somebody, with words. Not our business:
finding what is wrong (each room finds its own).
"""
