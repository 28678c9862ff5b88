SET LOCAL lock_timeout = '10s';

INSERT INTO ledger_account (code, name_en, name_zh, side) VALUES
    ('loss_allowance', 'Allowance for loan losses', '贷款损失准备', 'asset'),
    ('loss_allowance_change', 'Change of the allowance for loan losses', '计提贷款损失准备', 'expense');

CREATE TABLE portfolio_day (
    on_day date NOT NULL,
    product text NOT NULL,
    late_from integer NOT NULL CHECK (late_from >= 0),
    class text NOT NULL CHECK (class IN ('normal', 'special_mention', 'substandard', 'doubtful', 'loss')),
    loans bigint NOT NULL CHECK (loans > 0),
    principal bigint NOT NULL,
    own bigint NOT NULL,
    allowance bigint NOT NULL,
    PRIMARY KEY (on_day, product, late_from)
);
CREATE TRIGGER portfolio_day_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portfolio_day
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
