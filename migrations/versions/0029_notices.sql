SET LOCAL lock_timeout = '10s';

-- What people are told. It names nobody, and its facts are amounts and days.
CREATE TABLE notice (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    topic text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('security', 'service', 'marketing')),
    key text NOT NULL UNIQUE,
    facts jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'sent', 'delivered', 'failed', 'dropped')),
    way text CHECK (way IN ('wechat', 'sms')),
    why text,
    tries integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL,
    at timestamptz NOT NULL,
    sent_at timestamptz,
    read_at timestamptz
);
CREATE INDEX notice_of_person ON notice (person_id, id);
CREATE INDEX notice_waiting ON notice (not_before) WHERE status = 'waiting';

CREATE TABLE notice_preference (
    person_id text PRIMARY KEY REFERENCES person,
    language text NOT NULL CHECK (language IN ('zh', 'en')),
    marketing boolean NOT NULL,
    at timestamptz NOT NULL
);

-- WeChat lets one message of a template go for each time that its person allowed one.
CREATE TABLE wechat_subscription (
    person_id text NOT NULL REFERENCES person,
    template text NOT NULL,
    left_over integer NOT NULL CHECK (left_over >= 0),
    PRIMARY KEY (person_id, template)
);
