"""What we sell, what it costs, when it falls due. Pure: an offer is priced here before it is a loan."""
