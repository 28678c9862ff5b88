"""Durable workflows: order, waiting, retries, the outside world, and whatever crosses two stages."""
