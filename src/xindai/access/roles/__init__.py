"""What may be done at the staff's doors, and which role may do it: six roles that come with us, and the lender's own.

Kept true: each door needs one permission (`permissions.json`); a role of the lender's own counts once a second person has agreed, and
not any more once it was taken back. Not our business: who has which role (access/members).
"""
