"""When a notice went is known, in whatever order its sender answers and reports."""

import json
from importlib import resources

import pytest

from xindai.base.crypto import KeyRing
from xindai.base.db import Database
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity.model import PersonId
from xindai.onboarding.notices import operations as notices
from xindai.onboarding.notices.model import Way, parse_topics
from xindai.values.masked import Phone

TEXTS = resources.files("xindai.onboarding.notices").joinpath("texts.json").read_text(encoding="utf-8")
TOPICS = parse_topics(json.loads(TEXTS))


@pytest.mark.parametrize("order", [("sent", "report"), ("report", "sent"), ("report",)])
def test_what_arrived_was_sent_also_where_the_report_comes_first(
    database: Database, ring: KeyRing, order: tuple[str, ...]
) -> None:
    with database.transaction() as tx:
        person = identity.welcome(tx, ring, phone=Phone("13800138001"), person_id=PersonId("per_01"))
        notice_id = notices.write(tx, person_id=person, topic=TOPICS["bureau_negative"], key="k", facts={})
        assert notice_id is not None
        for told in order:
            if told == "sent":
                notices.sent(tx, notice_id=notice_id, way=Way.SMS)
            else:
                notices.report(tx, notice_id=notice_id, way=Way.SMS, delivered=True, why=None, others=False)
        row = tx.row("SELECT status, way, sent_at FROM notice WHERE id = :id", id=notice_id)
        assert row == {"status": "delivered", "way": "sms", "sent_at": tx.at}
