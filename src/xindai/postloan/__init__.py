"""After the pay-out: people are reminded within the law."""
