"""Whether the people of today are still those that a model was made for.

Kept true: what is compared is what decisions were really made on, not what might be read again. Not our business: how a model
is made (the lab), and what becomes of the loans (book/portfolio).
"""
