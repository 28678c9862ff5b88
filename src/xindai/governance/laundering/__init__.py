"""Against money laundering: what movements of money are told by, whom they are about, and what is reported.

Kept true: an alert stays, once; a report and a dismissal are two people's; whoever a case is about does not learn of it from us.
Not our business: who may become a customer (that is screening's and the strategy's).
"""
