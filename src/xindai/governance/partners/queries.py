"""What each lender of loans that are lent with partners carries of them: kept of a closed day, summed of an open one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from xindai.base.db import Tx
from xindai.lending.ledger import queries as ledger
from xindai.lending.life.model import Figures
from xindai.lending.life.shares import Share, balanced, shares, split
from xindai.lending.loans import postings
from xindai.lending.loans import queries as loans
from xindai.lending.loans.model import Loan
from xindai.products.catalogue.model import OWN, Product
from xindai.values.refusal import Kind, Refusal

CHUNK = 500


class PartnerMissing(Refusal):
    """Nothing was ever lent with such a partner."""

    kind = Kind.MISSING
    code = "partner_not_found"
    en = "No product is lent with a partner of this code."
    zh = "没有与该合作方联合放款的产品。"


@dataclass(frozen=True, slots=True)
class PartBalance:
    """One account as a lender carries it; `opening` is before the first day asked for, `minor` after the last."""

    account: str
    name_en: str
    name_zh: str
    side: str
    opening: int
    minor: int


def partners(products: Iterable[Product]) -> dict[str, list[tuple[str, Share]]]:
    """(version, share) of all that each partner lends, by its code."""
    found: dict[str, list[tuple[str, Share]]] = {}
    for product in products:
        for share in shares(product)[:-1]:
            found.setdefault(share.lender, []).append((product.ref, share))
    return found


def trial_balance(
    tx: Tx, lender: str, products: Sequence[Product], *, on: date | None = None, since: date | None = None
) -> list[PartBalance]:
    """What a lender carries of all loans at the end of the day `on` (now without one), and before the day `since`.

    A partner carries its share; we carry the whole ledger but the partners' shares. `products` are all that were ever
    lent with partners. Refuses PartnerMissing.
    """
    lenders = partners(products)
    if lender != OWN and lender not in lenders:
        raise PartnerMissing(field="partner")
    taken = list(lenders) if lender == OWN else [lender]
    before = date.fromordinal(since.toordinal() - 1) if since else None
    opening, closing = dict[str, int](), dict[str, int]()
    for code in taken:
        _add(closing, _balances(tx, lenders[code], code, on))
        if before is not None:
            _add(opening, _balances(tx, lenders[code], code, before))
    whole = ledger.trial_balance(tx, on=on, since=since)
    if lender == OWN:
        opening = {one.account: one.opening - opening.get(one.account, 0) for one in whole}
        closing = {one.account: one.minor - closing.get(one.account, 0) for one in whole}
    return [
        PartBalance(
            one.account, one.name_en, one.name_zh, one.side, opening.get(one.account, 0), closing.get(one.account, 0)
        )
        for one in whole
    ]


def loans_of(
    tx: Tx, partner: str, products: Sequence[Product], *, after: str | None, most: int
) -> list[tuple[Loan, Figures]]:
    """Up to `most` loans lent with a partner, newest first, older than `after`, each with the partner's figures now.

    Refuses PartnerMissing.
    """
    held = dict(partners(products).get(partner, ()))
    if not held:
        raise PartnerMissing(field="partner")
    found = loans.carried_page(tx, list(held), after=after, most=most)
    return [(loan, split(figures, held[loan.product])) for loan, figures in found]


def carried(tx: Tx, held: Sequence[tuple[str, Share]]) -> dict[str, int]:
    """A partner's parts of all loans, by account, as the ledger carries them now."""
    return postings.balances(balanced(loans.carried_parts(tx, held)))


def differing(tx: Tx, products: Sequence[Product]) -> str | None:
    """The first partner whose sums are not those of its parts of each loan, or whose kept balances do not balance."""
    for code, held in partners(products).items():
        one_by_one, after = Figures(), None
        while page := loans_of(tx, code, products, after=after, most=CHUNK):
            for _, figures in page:
                one_by_one = one_by_one.plus(figures)
            after = page[-1][0].id
        if postings.balances(one_by_one) != carried(tx, held):
            return code
    unbalanced: str | None = tx.value(
        "SELECT partner FROM partner_balance GROUP BY partner, on_day HAVING sum(minor) <> 0 LIMIT 1"
    )
    return unbalanced


def _balances(tx: Tx, held: list[tuple[str, Share]], code: str, on: date | None) -> dict[str, int]:
    """By account, at the end of the day `on`: as it was kept, or, if that day is not closed, as it is now."""
    if on is None or not tx.value("SELECT 1 FROM closed_day WHERE on_day >= :on LIMIT 1", on=on):
        return carried(tx, held)
    rows = tx.rows(
        "SELECT account, minor FROM partner_balance WHERE partner = :partner AND on_day ="
        " (SELECT max(on_day) FROM partner_balance WHERE partner = :partner AND on_day <= :on)",
        partner=code,
        on=on,
    )
    return {row["account"]: int(row["minor"]) for row in rows}


def _add(to: dict[str, int], balances: dict[str, int]) -> None:
    for account, minor in balances.items():
        to[account] = to.get(account, 0) + minor
