"""Who asks, and what they allow."""
