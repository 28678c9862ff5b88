"""What people are told, by which way, and when.

Kept true: what happened is told once (its key), stands in the person's mailbox whatever became of messages, and wakes nobody: only
what protects them goes at night. Nobody hears more than a few messages a day, or any advertising they did not ask for
(R-MSG-01). A way that fails is followed by the next one. Not our business: how a message travels (outside).
"""
