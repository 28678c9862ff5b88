"""The scorecards that judge, in versions: put forward by one, tested and let in by another, retired; and those that ship with the product.

Kept true: a version's documents never change, and what is not what was submitted does not judge; something always judges. Not our
business: how a model is made (the lab), and how it does (governance/model_risk). The starters are trained on made-up people, for the
sandbox only.
"""
