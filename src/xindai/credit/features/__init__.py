"""What is known about somebody, as features: of credit report, behaviour, ties and business, and of accounts with us. Pure."""

from __future__ import annotations

from xindai.credit.features import account, behaviour, bureau, business, session, social

FEATURES = (*bureau.FEATURES, *behaviour.FEATURES, *social.FEATURES, *session.FEATURES)
"""What an application is judged by."""
OF_BUSINESSES = (*FEATURES, *business.FEATURES)
"""What one for a business is judged by."""
EVERY = (*OF_BUSINESSES, *account.FEATURES)
LABELS = {feature.name: (feature.en, feature.zh) for feature in EVERY}
