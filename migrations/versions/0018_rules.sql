SET LOCAL lock_timeout = '10s';

-- A rule that comes later is not asked of graphs that were made before it.
ALTER TABLE strategy_version ADD COLUMN rules jsonb NOT NULL DEFAULT '["age_within", "identity_answered", "identity_proven",
    "bureau_answered", "no_public_record", "not_late_now", "not_seriously_late", "fraud_not_near", "device_own",
    "few_enquiries", "no_loan_here", "grade_lendable", "price_within_cap", "limit_enough", "affordable"]';
ALTER TABLE strategy_version ALTER COLUMN rules DROP DEFAULT;
