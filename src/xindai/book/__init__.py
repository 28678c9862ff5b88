"""The loan book as a whole: what it is worth, what is set aside for it, how it fares."""
