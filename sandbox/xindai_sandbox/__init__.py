"""The world, not us: bank, bureau, SMS and identity over HTTP, with people who behave and misbehave. Imports no product code."""
