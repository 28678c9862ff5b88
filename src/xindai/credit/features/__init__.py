"""What is known about an applicant, as features: from the credit report, from behaviour, from ties. Pure."""

from __future__ import annotations

from xindai.credit.features import behaviour, bureau, social

FEATURES = (*bureau.FEATURES, *behaviour.FEATURES, *social.FEATURES)
LABELS = {feature.name: (feature.en, feature.zh) for feature in FEATURES}
