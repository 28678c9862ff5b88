"""The law as data: each rule with its source, and a question to the tables that finds what breaks it.

Kept true: a result names what was looked at and what broke the rule, and stays. Not our business: keeping the rules (each stage
keeps its own, before anything happens); this looks afterwards, from outside, whether they did.
"""
