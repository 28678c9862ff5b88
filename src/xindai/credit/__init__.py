"""Who to lend to, how much, at what price, and why."""
