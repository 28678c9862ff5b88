"""What is known about somebody, as features: from credit report, behaviour and ties, and from accounts with us. Pure."""

from __future__ import annotations

from xindai.credit.features import account, behaviour, bureau, social

FEATURES = (*bureau.FEATURES, *behaviour.FEATURES, *social.FEATURES)
"""What an application is judged by."""
EVERY = (*FEATURES, *account.FEATURES)
LABELS = {feature.name: (feature.en, feature.zh) for feature in EVERY}
