"""The gate that every contact with somebody who owes goes through, and the log of contacts.

Kept true: no contact without a permit, and a permit only where nothing bars it at that moment, over all channels and hands
together. Refused: what the law or their person forbids, each bar by name. Not our business: why somebody is contacted
(collections) and how a message travels (outside).
"""
