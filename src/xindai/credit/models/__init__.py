"""Models that ship with the product. The starter is trained on made-up people, for the sandbox only."""
