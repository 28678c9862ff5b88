"""The door of the lender's staff: password and one-time code, roles, and what each may see and do."""
