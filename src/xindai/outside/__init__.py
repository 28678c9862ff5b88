"""Our clients of other people's systems. Their data becomes our nouns here, or is refused here."""
