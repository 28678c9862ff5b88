SET LOCAL lock_timeout = '10s';

-- The words that were shown, each kept under its SHA-256 and never changed; a grant names them, and is signed.
CREATE TABLE consent_text (
    hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    scope text NOT NULL,
    version text NOT NULL,
    document text NOT NULL,
    is_current boolean NOT NULL,
    stands boolean NOT NULL,
    CHECK (stands OR NOT is_current),
    CHECK (hash = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
    UNIQUE (scope, version)
);
CREATE UNIQUE INDEX consent_text_of_today ON consent_text (scope) WHERE is_current;

-- What was shown before there were versions.
INSERT INTO consent_text (hash, scope, version, document, is_current, stands)
SELECT encode(sha256(convert_to(document, 'UTF8')), 'hex'), scope, '2026-11', document, false, true FROM (VALUES
('identity', '{"en":"We check your name, ID number, phone and bank card with the identity provider, once for this application.","scope":"identity","version":"2026-11","zh":"为本次申请，我们将向身份核验机构核验您的姓名、身份证号、手机号与银行卡。"}'),
    ('bureau', '{"en":"We query your credit report at the credit bureau for loan approval. Each query is recorded there.","scope":"bureau","version":"2026-11","zh":"为贷款审批，我们将向征信机构查询您的信用报告，每次查询均会留下记录。"}'),
    ('behaviour', '{"en":"We read a year of your payments, income, borrowing and device events, to judge this application. You may say no.","scope":"behaviour","version":"2026-11","zh":"为评估本次申请，我们将向支付平台读取您近一年的收支、借贷与设备事件。您可以拒绝，申请仍会受理。"}'),
    ('social', '{"en":"We read whom you are in touch with, as tokens without names or messages, to judge this application. You may say no.","scope":"social","version":"2026-11","zh":"为评估本次申请，我们将读取您的社交关系（仅为不含姓名与内容的标识）。您可以拒绝；撤回后相关关系将被删除。"}')
) AS shown (scope, document);

ALTER TABLE consent_grant ADD COLUMN text_hash text REFERENCES consent_text;
ALTER TABLE consent_grant ADD COLUMN device text NOT NULL DEFAULT '';
ALTER TABLE consent_grant ADD COLUMN record text NOT NULL DEFAULT '';
ALTER TABLE consent_grant ADD COLUMN signature text NOT NULL DEFAULT '';
UPDATE consent_grant g SET text_hash = t.hash FROM consent_text t WHERE t.scope = g.scope;
ALTER TABLE consent_grant ALTER COLUMN text_hash SET NOT NULL;
ALTER TABLE consent_grant ALTER COLUMN device DROP DEFAULT;
ALTER TABLE consent_grant ALTER COLUMN record DROP DEFAULT;
ALTER TABLE consent_grant ALTER COLUMN signature DROP DEFAULT;
ALTER TABLE consent_grant DROP COLUMN text_version;

-- A session can be seen and ended by the person whose it is; it says on which device it was begun.
ALTER TABLE session ADD COLUMN id text;
ALTER TABLE session ADD COLUMN device text NOT NULL DEFAULT '';
UPDATE session SET id = 'ses_' || substr(encode(token_hash, 'hex'), 1, 26);
ALTER TABLE session ALTER COLUMN id SET NOT NULL;
ALTER TABLE session ADD CONSTRAINT session_id UNIQUE (id);
ALTER TABLE session ALTER COLUMN device DROP DEFAULT;
CREATE INDEX session_by_holder ON session (holder) WHERE ended_at IS NULL;

-- What was read or done under a grant is found by it.
CREATE INDEX audit_by_grant ON audit_note ((facts ->> 'grant')) WHERE facts ? 'grant';

-- Codes are counted by where they were asked for, too: nobody lets us ring a thousand phones.
ALTER TABLE phone_code ADD COLUMN source_index bytea;
CREATE INDEX phone_code_by_source ON phone_code (source_index, sent_at) WHERE source_index IS NOT NULL;

-- Whom WeChat knows: one account a person, one person an account.
CREATE TABLE wechat_account (
    openid_index bytea PRIMARY KEY,
    person_id text NOT NULL UNIQUE REFERENCES person,
    openid bytea NOT NULL,
    at timestamptz NOT NULL
);
