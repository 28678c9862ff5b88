"""What a person may ask of us about what we hold of them, and about how we treated them (PIPL 44-50; GB/T 35273).

Kept true: each request is answered by its deadline or stands in the desk's list as late; its words and the answer are
sealed; one request of a kind at a time; a copy is given only after a fresh proof, and each is noted. Not our business:
consents and their withdrawal (onboarding/consent), disputes about a debt (postloan/contacts), what an answer brings about.
"""
