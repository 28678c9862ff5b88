"""Money that moves: orders carried out once, what comes unordered, and both held against what the rails say."""
