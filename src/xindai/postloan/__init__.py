"""After the pay-out: people are watched, helped, reminded within the law, and claimed from."""
