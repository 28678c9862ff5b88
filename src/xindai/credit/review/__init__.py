"""A person looks at what the strategy left open, or what an applicant asks to have looked at again.

Kept true: the strategy's decision stays as it was; an approval against it takes two people and a reason, and no rule that
the law makes is overruled. Not our business: the offer itself (decision), the application's own moves (onboarding).
"""
