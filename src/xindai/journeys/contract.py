"""From the cost that is shown to the contract that is signed: what is asked for becomes terms, terms a statement, and a yes a document."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from importlib import resources

from xindai.base import workflow
from xindai.base.clock import local_time
from xindai.base.db import Tx
from xindai.base.log import log
from xindai.base.paper import FontMissing
from xindai.base.seal import Mark, Unstamped
from xindai.credit.decision import queries as decided
from xindai.journeys import choose
from xindai.journeys.parts import parts
from xindai.lending.contracts import disclosure as disclosing
from xindai.lending.contracts import document as wording
from xindai.lending.contracts import operations as contracts
from xindai.lending.contracts import queries as contracted
from xindai.lending.contracts.document import Party
from xindai.lending.contracts.model import (
    Asked,
    Contract,
    ContractId,
    ContractUnready,
    Disclosure,
    DisclosureId,
    Subject,
)
from xindai.lending.line import queries as lines
from xindai.lending.loans import queries as lent
from xindai.lending.pay_later import queries as pay_later
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Session
from xindai.onboarding.proof import queries as proven
from xindai.products.catalogue import queries as catalogue
from xindai.products.catalogue.model import Form, Product
from xindai.products.terms import Terms
from xindai.values import ids
from xindai.values.money import Money
from xindai.values.rate import rate

TRIES, FIRST_WAIT = 6, 5.0


def disclose(
    person_id: str,
    *,
    disclosure_id: DisclosureId,
    subject: Subject,
    subject_id: str,
    amount: Money | None,
    months: int | None,
) -> Disclosure:
    """Show what some terms cost, as they would be agreed today. The same id again is the same statement.

    Refuses: OfferMissing, NotOffered, LineMissing, PurchaseMissing, StatementMissing, OutsideProduct, Invalid.
    """
    with parts().db.transaction("disclose") as tx:
        product, terms = _terms(tx, person_id, subject, subject_id, amount=amount, months=months)
        is_line = subject is Subject.OFFER and product.form is not Form.LOAN
        shown = disclosing.statement(terms, product=product, lender=parts().lender, by_example=is_line)
        asked = Asked(subject, subject_id, terms.principal, terms.installments)
        return contracts.show(tx, disclosure_id=disclosure_id, person_id=person_id, asked=asked, statement=shown)


def confirm(disclosure_id: str, person_id: str, *, text_hash: str) -> Disclosure:
    """The person has read it. Refuses: DisclosureMissing, TextDiffers, ReadTooFast, DisclosureStale."""
    with parts().db.transaction("confirm cost") as tx:
        return contracts.confirm(
            tx,
            disclosure_id=disclosure_id,
            person_id=person_id,
            text_hash=text_hash,
            least_seconds=parts().reading_seconds,
        )


def sign(
    tx: Tx, session: Session, disclosure: Disclosure, product: Product, *, loan_id: str | None, line_id: str | None
) -> ContractId:
    """Make the contract of what has just been agreed, in the transaction that agrees it."""
    person = people.person(tx, parts().ring, session.holder)
    assert person.name is not None, person.id
    assert person.id_number is not None, person.id
    assert person.card_number is not None, person.id
    document = wording.document(
        disclosure,
        number=ids.reference(ContractId.derived(disclosure.id)),
        kind=wording.kind_of(disclosure.asked.subject, product.form),
        party=Party(person.name, person.id_number, person.phone, person.card_number),
        product=product,
        texts=parts().clauses,
        at=tx.at,
    )
    proofs = [(one.kind.value, one.at) for one in proven.of_person(tx, person.id)]
    evidence = wording.evidence(disclosure, session=session.id, device=session.device, proofs=proofs, at=tx.at)
    return contracts.sign(
        tx,
        parts().ring,
        parts().signer,
        disclosure=disclosure,
        document=document,
        evidence=evidence,
        loan_id=loan_id,
        line_id=line_id,
    )


def begin(contract_id: str) -> None:
    """See to it that the document of a contract is made; the same again changes nothing."""
    workflow.enqueue(f"contract|{contract_id}", make, contract_id)


@workflow.journey("make contract")
def make(contract_id: str) -> bool:
    """Typeset a contract and have it signed; whether that was possible. A machine without fonts is tried again for some minutes."""
    wait = FIRST_WAIT
    for _ in range(TRIES):
        if workflow.step("contract: made", make_file, contract_id):
            return True
        workflow.sleep(wait)
        wait *= 2
    return False


def make_file(contract_id: str) -> bool:
    """The document of a contract, made once; whether it could be: fonts or time stamps may be lacking just now."""
    try:
        file_of(contract_id, person_id=None)
    except (FontMissing, ContractUnready) as refusal:
        log.error("contract_not_made", contract=contract_id, why=refusal.code)
        return False
    return True


def file_of(contract_id: str, *, person_id: str | None) -> bytes:
    """The signed PDF of a contract: typeset, signed for the borrower, sealed by the lender, and kept, when first asked for.

    Refuses: ContractMissing, ContractUnready, FontMissing.
    """
    with parts().db.transaction() as tx:
        one = contracted.contract(tx, parts().ring, contract_id, person_id=person_id)
    if one.file_hash is None:
        try:
            content = _file(one)
        except Unstamped as fault:
            log.warning("contract_unstamped", contract=contract_id, why=str(fault))
            raise ContractUnready from None
        with parts().db.transaction("contract: kept") as tx:
            contracts.keep_file(
                tx,
                parts().ring,
                contract_id=contract_id,
                content=content,
                file_hash=hashlib.sha256(content).hexdigest(),
            )
    with parts().db.transaction() as tx:
        return contracted.file_of(tx, parts().ring, contract_id)


def _file(one: Contract) -> bytes:
    template = resources.files("xindai.lending.contracts").joinpath("contract.typ").read_text(encoding="utf-8")
    made = f"签订时间 {local_time(one.signed_at):%Y-%m-%d %H:%M} (UTC+8)"
    pdf = parts().paper.pdf(template, wording.page(one.document, signature=one.signature, made=made), at=one.signed_at)
    name = one.document["borrower"]["name"]
    return parts().sealer.sign(pdf, signer=name, reason=f"{one.document['title']['zh']} {one.reference}")


def _terms(
    tx: Tx, person_id: str, subject: Subject, subject_id: str, *, amount: Money | None, months: int | None
) -> tuple[Product, Terms]:
    """What would be agreed today. Refuses what there is not, or is not offered."""
    match subject:
        case Subject.OFFER:
            offer = decided.offer(tx, subject_id, person_id=person_id)
            product = catalogue.lendable(tx, offer.product)
            if amount is not None or months is not None:
                choose.check(tx, offer, product, amount=amount, months=months)
            size, term = amount or offer.principal, months or offer.months
            if product.form is not Form.LOAN:
                size, term = offer.principal, max(product.draw_months)
            return product, product.terms(
                principal=size, annual_rate=rate(offer.annual_rate), months=term, disbursed_on=tx.on
            )
        case Subject.LINE:
            line = lines.get(tx, subject_id, person_id=person_id)
            product = catalogue.lendable(tx, line.product)
            size, term = amount or line.available, months or max(product.draw_months)
            line.check_draw(product, size, term, on=tx.on)
            return product, product.terms(
                principal=size, annual_rate=rate(line.annual_rate), months=term, disbursed_on=tx.on
            )
        case _:
            return _instalments(tx, person_id, subject, subject_id, months=months)


def _instalments(
    tx: Tx, person_id: str, subject: Subject, subject_id: str, *, months: int | None
) -> tuple[Product, Terms]:
    if subject is Subject.PURCHASE:
        purchase = pay_later.purchase(tx, subject_id, person_id=person_id)
        purchase.check_convertible()
        line_id, left = purchase.line_id, purchase.left
        closed_on = tx.on
    else:
        statement = pay_later.statement(tx, subject_id, person_id=person_id)
        loan_id = statement.check_convertible()
        line_id, left = statement.line_id, principal(tx, loan_id)
        closed_on = statement.closed_on + timedelta(days=1)
    line = lines.get(tx, line_id)
    product = catalogue.lendable(tx, line.product)
    term = months or max(product.draw_months)
    product.check_conversion(term)
    assert product.cycle is not None, product.ref
    terms = product.terms(principal=left, annual_rate=rate(line.annual_rate), months=term, disbursed_on=tx.on)
    return product, replace(terms, first_due_on=product.cycle.due_on(product.cycle.closes_on(closed_on)))


def principal(tx: Tx, loan_id: str) -> Money:
    """What a loan that goes into instalments has left."""
    state = lent.view(tx, loan_id).state
    assert state is not None, loan_id
    return Money(state.principal)


def verify(content: bytes) -> tuple[str | None, list[Mark]]:
    """(the number of our contract that this file is, every signature in it). Raises Unreadable."""
    with parts().db.transaction() as tx:
        ours = contracted.by_file(tx, hashlib.sha256(content).hexdigest())
    return ours, parts().sealer.verify(content)
