-- What a morning counts: the decisions and pay-outs of a few days, and notes by whoever made them.
CREATE INDEX decision_of_day ON decision (on_day);
CREATE INDEX payment_settled_day ON payment (settled_on) WHERE status = 'settled';
CREATE INDEX audit_by_actor ON audit_note (actor, id);
CREATE INDEX audit_by_action ON audit_note (action, id);
