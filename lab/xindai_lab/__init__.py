"""The laboratory: trains and validates models. It uses credit's pure code and is imported by nothing."""
