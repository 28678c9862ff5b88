from dataclasses import replace
from datetime import date

import pytest

from xindai.payments.receipts import matching, postings
from xindai.payments.receipts.matching import Owed
from xindai.payments.receipts.model import NothingProposed, Receipt, ReceiptDecided, ReceiptId, Status
from xindai.values.four_eyes import SamePerson
from xindai.values.money import Money

ON = date(2026, 3, 6)
ONE, OTHER = Owed("loan_1", "AAAA-1111", 0, ON), Owed("loan_2", "BBBB-2222", 500, ON)
HELD = Receipt(
    ReceiptId("rcp_1"), "house", "C1", Money(700), ON, None, Status.HELD, "account_unknown", None, None, None, None
)


@pytest.mark.parametrize(
    ("owner", "sender", "remark", "loans", "loan", "why"),
    [
        (None, "白羽", "", [ONE], None, "account_unknown"),
        ("白羽", "黑羽", "", [ONE], None, "sender_differs"),
        ("白羽", "白 羽", "", [ONE], "loan_1", None),
        ("白羽", "白羽", "还 BBBB-2222", [ONE, OTHER], "loan_2", None),
        ("白羽", "白羽", "", [ONE, OTHER], "loan_2", None),  # the only one with something due
        ("白羽", "白羽", "", [OTHER, replace(ONE, due=1)], None, "loan_unclear"),
        ("白羽", "白羽", "", [], None, "no_loan"),
        ("阿依古丽·买买提", "阿依古丽•买买提", "", [ONE], "loan_1", None),
    ],
)
def test_money_is_matched_by_account_name_and_reference(
    owner: str | None, sender: str, remark: str, loans: list[Owed], loan: str | None, why: str | None
) -> None:
    found = matching.match(owner=owner, sender=sender, remark=remark, loans=loans)
    assert (found.loan_id, found.why) == (loan, why)


def test_held_money_becomes_what_two_people_say() -> None:
    with pytest.raises(NothingProposed):
        HELD.agreed(by="b")
    proposed = replace(HELD, proposed_by="a")
    with pytest.raises(SamePerson):
        proposed.agreed(by="a")
    assert proposed.agreed(by="b") is Status.GOING_BACK
    assert replace(proposed, proposed_loan_id="loan_1").agreed(by="b") is Status.APPLIED
    with pytest.raises(ReceiptDecided):
        replace(proposed, status=Status.APPLIED).agreed(by="b")


def test_money_held_and_sent_back_leaves_the_books_as_they_were() -> None:
    there, back = postings.for_held(HELD, on=ON), postings.for_sent_back(HELD, on=ON, way="pay_1")
    assert sorted(there.lines) == sorted((account, -amount) for account, amount in back.lines)
