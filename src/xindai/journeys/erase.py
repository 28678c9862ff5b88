"""What is held ends: each evening what has had its time, what has grown old, and what was asked for and granted.

Cut off, it is run again: what has ended is not there to be ended twice.
"""

from __future__ import annotations

from datetime import date

from xindai.base.log import log
from xindai.governance.rights import operations as rights
from xindai.governance.rights import queries as asked
from xindai.journeys import agree
from xindai.journeys.parts import parts
from xindai.lending.line import operations as lining
from xindai.lending.line import queries as lines
from xindai.lending.line.model import Status as LineStatus
from xindai.onboarding.consent import operations as consents
from xindai.onboarding.consent.model import Scope
from xindai.payments.agreements import queries as agreed
from xindai.payments.agreements.model import Status as AgreementStatus

CHUNK = 500
ROWS = 5000
MOST_ROUNDS = 1000
"""So many rows of a table, or people, are ended in an evening at most; the rest the evening after."""


def evening(on: date) -> int:
    """End what is to end this evening; of how many people something ended."""
    ended = sum(_carry_out(request_id, person_id) for request_id, person_id in _granted(on))
    for _ in range(MOST_ROUNDS):
        with parts().db.transaction() as tx:
            looked, some = rights.erase_over(tx, parts().holdings, most=CHUNK)
        ended += some
        if looked < CHUNK:
            break
    growing_old = [table for table in parts().holdings.values() if table.aged]
    for _ in range(MOST_ROUNDS):
        with parts().db.transaction() as tx:
            growing_old = [table for table in growing_old if rights.erase_old(tx, table, most=ROWS) == ROWS]
        if not growing_old:
            break
    return ended


def _granted(on: date) -> list[tuple[str, str]]:
    with parts().db.transaction() as tx:
        return asked.to_carry_out(tx, before=on)


def _carry_out(request_id: str, person_id: str) -> bool:
    """Take back what was allowed, end lines that are not used and agreements to debit, then what was asked to be erased."""
    with parts().db.transaction() as tx:
        if held := asked.standing(tx, person_id).open:
            log.info("erasure_waits", request=request_id, open=list(held))
            return False
        for scope in Scope:
            consents.withdraw(tx, person_id=person_id, scope=scope)
        for line in lines.of_person(tx, person_id):
            if line.status is not LineStatus.CLOSED:
                lining.move(tx, line_id=line.id, to=LineStatus.CLOSED, by="retention", reason="account_closed")
        agreements = [one.id for one in agreed.of_person(tx, person_id) if one.status is AgreementStatus.ACTIVE]
    for agreement_id in agreements:
        agree.take_back(person_id, agreement_id)
    with parts().db.transaction() as tx:
        return rights.erase_asked(tx, parts().holdings, request_id=request_id, person_id=person_id)
