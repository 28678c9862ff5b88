"""Pay-later lines: bought now at a merchant, billed once a month, free of interest until the statement falls due.

Kept true: what was bought and not given back is owed once: unbilled, or by one loan; every merchant is paid it once, less
the discount. Each statement's purchases are a loan of one instalment, so that owing them longer, turning them into
instalments, lateness and collection are what they are for any loan. Refused: what is more than the line has available.
"""
