"""What breaks a rule, asked of the tables; and what earlier looks found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xindai.base.db import Row, Tx
from xindai.governance.compliance.model import MOST_NAMED, Result
from xindai.onboarding.application.model import Purpose
from xindai.values import law


@dataclass(frozen=True, slots=True)
class Check:
    """The rows that a rule is about (`id`), and the condition under which one of them breaks it.

    `law(figure, day)` in a condition is what the law said on that day, a column.
    """

    about: str
    breaks: str


CHECKS: dict[str, Check] = {
    "R-PRICE-01": Check(
        "SELECT id, shown_on AS on_day, (statement::jsonb ->> 'annual_cost')::numeric AS cost FROM disclosure WHERE status = 'signed'",
        "cost > law(highest_annual_cost, on_day)",
    ),
    "R-PRICE-03": Check(
        "SELECT l.id, c.id AS contract FROM loan l LEFT JOIN contract c ON c.loan_id = l.id"
        " WHERE l.disbursed_on IS NOT NULL AND l.line_id IS NULL"
        " UNION ALL SELECT l.id, c.id FROM credit_line l LEFT JOIN contract c ON c.line_id = l.id",
        "contract IS NULL",
    ),
    "R-PRICE-04": Check(
        "SELECT c.id, d.confirmed_at - d.shown_at AS time FROM contract c JOIN disclosure d ON d.id = c.disclosure_id",
        "time IS NULL OR time < make_interval(secs => :seconds)",
    ),
    "R-PRICE-05": Check(
        "SELECT p.id, p.amount, l.principal FROM payment p JOIN loan l ON l.id = p.loan_id"
        " WHERE p.kind = 'pay_out' AND p.intent = 'disbursement' AND p.status = 'settled'",
        "amount <> principal",
    ),
    "R-PRICE-06": Check(
        "SELECT code || '@' || version AS id, effective_from, (document -> 'penalty' ->> 0)::numeric AS up,"
        " (document -> 'penalty' ->> 1)::numeric AS per FROM product_version WHERE status = 'approved'",
        "up > per * law(highest_penalty_uplift, effective_from)",
    ),
    "R-LIMIT-02": Check(
        "SELECT l.person_id AS id, sum(s.principal) AS owed FROM loan l JOIN loan_standing s ON s.loan_id = l.id"
        " JOIN product_version v ON v.code || '@' || v.version = l.product AND v.document ->> 'audience' = 'person'"
        " WHERE l.status IN ('current', 'overdue') GROUP BY l.person_id",
        "owed > 100 * law(most_lent_to_a_person, :on)",
    ),
    "R-LIMIT-03": Check(
        "WITH stated AS (SELECT * FROM capital_statement WHERE status = 'approved')"
        " SELECT id, borrowed, issued, 0 AS owed, 0 AS together, net_assets AS net, as_of AS on_day FROM stated"
        " UNION ALL SELECT 'one business: ' || string_agg(DISTINCT b.person_id, ' '), 0, 0, 0, sum(s.principal), max(n.net_assets),"
        " CAST(:on AS date) FROM (SELECT * FROM stated ORDER BY as_of DESC LIMIT 1) n CROSS JOIN"
        " (SELECT DISTINCT business_index, person_id FROM application WHERE business_index IS NOT NULL) b"
        " JOIN loan l ON l.person_id = b.person_id JOIN loan_standing s ON s.loan_id = l.id WHERE l.status IN ('current', 'overdue')"
        " GROUP BY b.business_index HAVING count(DISTINCT b.person_id) > 1"
        " UNION ALL SELECT l.person_id, 0, 0, sum(s.principal), 0, max(n.net_assets), CAST(:on AS date)"
        " FROM (SELECT * FROM stated ORDER BY as_of DESC LIMIT 1) n CROSS JOIN loan l JOIN loan_standing s ON s.loan_id = l.id"
        " WHERE l.status IN ('current', 'overdue') GROUP BY l.person_id",
        "borrowed > net * law(most_borrowed, on_day) OR issued > net * law(most_issued, on_day)"
        " OR owed > net * law(most_of_one_borrower, on_day) OR together > net * law(most_of_one_group, on_day)",
    ),
    "R-LIMIT-04": Check(
        "SELECT id, purpose FROM application WHERE status <> 'draft' AND purpose <> ''",
        f"purpose NOT IN ({', '.join(repr(one.value) for one in Purpose)})",
    ),
    "R-LIMIT-06": Check(
        "WITH lent AS (SELECT COALESCE(v.document -> 'partners', '[]') AS partners, sum(s.principal) AS owed FROM loan l"
        " JOIN loan_standing s ON s.loan_id = l.id JOIN product_version v ON v.code || '@' || v.version = l.product"
        " WHERE l.status IN ('current', 'overdue') GROUP BY 1),"
        " own AS (SELECT partners, owed * (1 - (SELECT COALESCE(sum((one ->> 2)::numeric / (one ->> 3)::numeric), 0)"
        " FROM jsonb_array_elements(partners) one)) AS part FROM lent),"
        " beside AS (SELECT one ->> 0 AS code, sum(part) AS part FROM own, jsonb_array_elements(partners) one GROUP BY 1)"
        " SELECT code AS id, part, net_assets AS whole, 'one' AS what FROM beside CROSS JOIN"
        " (SELECT net_assets FROM capital_statement WHERE status = 'approved' ORDER BY as_of DESC LIMIT 1) newest"
        " UNION ALL SELECT 'partners', sum(part) FILTER (WHERE partners <> '[]'), sum(part), 'all' FROM own"
        " WHERE EXISTS (SELECT 1 FROM capital_statement WHERE status = 'approved') HAVING count(*) > 0",
        "part > whole * CASE what WHEN 'one' THEN law(most_with_one_partner, :on) ELSE law(most_with_partners, :on) END",
    ),
    "R-LIMIT-05": Check(
        "SELECT id, on_day, (inputs ->> 'age')::int AS age FROM decision WHERE outcome = 'approve' AND inputs <> '{}'",
        "age IS NULL OR age < law(least_age, on_day)",
    ),
    "R-LIMIT-07": Check(
        "SELECT p.id, p.value_on AS on_day, p.amount, v.document ->> 'audience' AS audience FROM payment p"
        " JOIN loan l ON l.id = p.loan_id JOIN product_version v ON v.code || '@' || v.version = l.product"
        " WHERE p.kind = 'pay_out' AND p.intent = 'disbursement' AND p.status = 'settled'",
        "amount > 100 * CASE audience WHEN 'business' THEN law(most_paid_to_a_business, on_day)"
        " ELSE law(most_paid_to_a_person, on_day) END",
    ),
    "R-ID-01": Check(
        "SELECT l.id, p.identity FROM loan l JOIN person p ON p.id = l.person_id WHERE l.disbursed_on IS NOT NULL"
        " AND p.forgotten_on IS NULL",
        "identity <> 'proven'",
    ),
    "R-ID-02": Check(
        "SELECT l.id, p.forgotten_on, (SELECT max(f.recorded_on) FROM loan_fact f WHERE f.loan_id = l.id) AS ended"
        " FROM loan l JOIN person p ON p.id = l.person_id WHERE l.disbursed_on IS NOT NULL",
        "forgotten_on IS NOT NULL AND forgotten_on < ended + make_interval(years => law(identity_kept, ended)::int)",
    ),
    "R-ID-04": Check("SELECT id, report_by, COALESCE(ended_on, :on) AS ended FROM aml_case", "ended > report_by"),
    "R-BUR-01": Check(
        "SELECT r.id, r.reason, g.id AS standing FROM bureau_report r LEFT JOIN consent_grant g ON g.id = r.grant_id"
        " AND g.scope = 'bureau' AND r.pulled_at BETWEEN g.granted_at AND COALESCE(g.withdrawn_at, g.valid_until)"
        " WHERE r.used_again IS NULL",
        "standing IS NULL OR reason = ''",
    ),
    "R-BUR-02": Check(
        "SELECT r.month || '|' || r.loan_id AS id, r.month, r.month + interval '1 month' - n.sent_at AS ahead FROM bureau_record r"
        " LEFT JOIN notice n ON n.id = r.notice_id WHERE r.is_negative AND r.status <> 'held'"
        " AND r.month > CAST(:on AS date) - interval '4 years'",  # older notices may have ended
        "ahead IS NULL OR ahead < make_interval(days => law(told_before_bureau, month)::int)",
    ),
    "R-PRIV-02": Check(
        "SELECT s.id, g.id AS standing FROM source_document s LEFT JOIN consent_grant g ON g.id = s.grant_id"
        " AND g.scope = CASE s.source WHEN 'session' THEN 'behaviour' ELSE s.source END AND s.at BETWEEN g.granted_at AND COALESCE(g.withdrawn_at, g.valid_until)",
        "standing IS NULL",
    ),
    "R-PRIV-03": Check(
        "SELECT id, outcome FROM decision WHERE inputs ->> 'automated' = 'false'", "outcome <> 'review'"
    ),
    "R-PRIV-05": Check(
        "SELECT id, answer_by, COALESCE(ended_on, :on) AS ended FROM rights_request", "ended > answer_by"
    ),
    "R-MODEL-02": Check(
        "SELECT code || '@' || version AS id, proposed_by, decided_by FROM product_version WHERE status = 'approved'"
        " UNION ALL SELECT name || '@' || version, proposed_by, decided_by FROM strategy_version WHERE status = 'approved'"
        " UNION ALL SELECT use || '@' || number, submitted_by, decided_by FROM model_version WHERE status = 'approved'"
        " UNION ALL SELECT id, proposed_by, decided_by FROM loan_adjustment WHERE status = 'approved'"
        " UNION ALL SELECT id, proposed_by, decided_by FROM class_floor WHERE cause = 'judgement' AND status = 'standing'"
        " UNION ALL SELECT code, proposed_by, decided_by FROM agency WHERE status = 'active'"
        " UNION ALL SELECT name || '@' || number, proposed_by, decided_by FROM role_version WHERE status = 'approved'",
        "decided_by IS NULL OR decided_by = proposed_by",
    ),
    "R-COLL-01": Check(
        "SELECT c.id, c.on_day, (c.at AT TIME ZONE 'Asia/Shanghai')::time AS hour FROM contact c"
        " WHERE c.about IN ('arrears', 'whereabouts') AND c.channel IN ('call', 'visit', 'text')"
        " AND NOT EXISTS (SELECT 1 FROM contact_hours h WHERE h.person_id = c.person_id)",
        "hour < make_time(law(earliest_hour, on_day)::int, 0, 0) OR hour >= make_time(law(latest_hour, on_day)::int, 0, 0)",
    ),
    "R-COLL-02": Check(
        "SELECT person_id || '|' || on_day AS id, on_day, count(*) AS attempts, count(*) FILTER (WHERE outcome = 'connected') AS connected"
        " FROM contact WHERE channel = 'call' AND about IN ('arrears', 'whereabouts') GROUP BY person_id, on_day",
        "attempts > law(calls_tried_a_day, on_day) OR connected > law(calls_connected_a_day, on_day)",
    ),
    "R-COLL-03": Check("SELECT id, about FROM contact WHERE whom = 'named'", "about = 'arrears'"),
    "R-COLL-06": Check(
        "SELECT c.id, p.id AS placement FROM contact c JOIN staff_member m ON m.name = c.made_by LEFT JOIN agency_placement p"
        " ON p.person_id = c.person_id AND p.agency = m.agency AND c.on_day >= p.placed_on"
        " AND (p.ended_on IS NULL OR c.on_day <= p.ended_on) WHERE c.hand = 'agency'",
        "placement IS NULL",
    ),
    "R-COLL-07": Check(
        "SELECT id, answer_by, COALESCE(answered_on, :on) AS answered FROM contact_dispute", "answered > answer_by"
    ),
    "R-COLL-08": Check(
        "SELECT id, installments, ended_on FROM hardship_request WHERE status = 'agreed'",
        "installments > law(longest_agreed_plan, ended_on)",
    ),
    "R-COLL-09": Check(
        "SELECT c.id, s.id AS stop FROM contact c LEFT JOIN contact_stop s ON s.person_id = c.person_id"
        " AND c.on_day > s.since AND (s.lifted_on IS NULL OR c.on_day < s.lifted_on)"
        " WHERE c.about IN ('arrears', 'whereabouts')",
        "stop IS NOT NULL",
    ),
    "R-BOOK-01": Check(
        "SELECT on_day || '|' || product || '|' || late_from || '|' || class AS id, on_day, late_from,"
        " array_position(ARRAY['normal', 'special_mention', 'substandard', 'doubtful', 'loss'], class) AS rank FROM portfolio_day",
        "rank < CASE WHEN late_from >= law(loss_from, on_day) THEN 5 WHEN late_from >= law(doubtful_from, on_day) THEN 4"
        " WHEN late_from >= law(substandard_from, on_day) THEN 3 WHEN late_from >= law(special_mention_from, on_day) THEN 2 ELSE 1 END",
    ),
    "R-BOOK-02": Check(
        "SELECT on_day || '|' || product || '|' || late_from || '|' || class AS id, on_day, class, own, allowance FROM portfolio_day",
        "allowance < floor(own * CASE class WHEN 'loss' THEN law(set_aside_loss, on_day) WHEN 'doubtful' THEN law(set_aside_doubtful, on_day)"
        " WHEN 'substandard' THEN law(set_aside_substandard, on_day) WHEN 'special_mention' THEN law(set_aside_special_mention, on_day)"
        " ELSE law(set_aside_normal, on_day) END)",
    ),
    "R-SALE-01": Check(
        "SELECT c.sale_id || '|' || c.loan_id AS id, c.days, s.proposed_on, s.proposed_by = s.decided_by AS alone,"
        " n.id IS NULL AND s.settled_on > CAST(:on AS date) - 1000 AS untold"
        " FROM sale_claim c JOIN sale s ON s.id = c.sale_id AND s.status = 'settled'"
        " LEFT JOIN notice n ON n.key = 'sale|' || c.sale_id || '|' || c.loan_id WHERE c.dropped IS NULL",
        "days < law(claims_sold_from, proposed_on) OR alone OR untold",
    ),
}


def look(tx: Tx, rule: str, *, by: str, seconds: int) -> Result:
    """Look at one rule now; `seconds` is how long a statement of cost must be left to be read."""
    check = CHECKS[rule]
    breaks = _FIGURE.sub(_in_force, check.breaks)
    row = tx.row(
        f"SELECT count(*) AS counted, count(*) FILTER (WHERE {breaks}) AS broken,"
        f" (array_agg(id ORDER BY id) FILTER (WHERE {breaks}))[1:{MOST_NAMED}] AS named FROM ({check.about}) looked_at",
        **{name: value for name, value in (("on", tx.on), ("seconds", seconds)) if f":{name}" in check.about + breaks},
    )
    assert row is not None
    return Result(rule, tx.at, tx.on, by, row["counted"], row["broken"], tuple(row["named"] or ()))


_FIGURE = re.compile(r"law\((\w+), (:?\w+)\)")


def _in_force(found: re.Match[str]) -> str:
    """A figure as an expression over the day that it is asked for."""
    name, day = found.groups()
    values = law.figures()[name].values
    cases = " ".join(f"WHEN CAST({day} AS date) >= '{since}' THEN {value:f}" for since, value in reversed(values[1:]))
    return f"(CASE {cases} ELSE {values[0][1]:f} END)" if cases else f"{values[0][1]:f}"


def last(tx: Tx) -> Iterator[Result]:
    """What the last look at each rule found."""
    for row in tx.rows("SELECT DISTINCT ON (rule) * FROM compliance_result ORDER BY rule, at DESC"):
        yield _result(row)


def _result(row: Row) -> Result:
    return Result(
        row["rule"], row["at"], row["on_day"], row["looked_by"], row["counted"], row["broken"], tuple(row["named"])
    )
