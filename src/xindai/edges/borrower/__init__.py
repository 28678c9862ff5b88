"""The borrower's door: phone, consents, application, offer, loan, repayment."""
