"""Credit bureaus: a report is pulled only with a grant and a reason (R-BUR-01).

Each bureau speaks its own dialect (`contracts/bureau.md`, `contracts/market-bureau.md`): where it is asked, how the question
is put, how its document is read. Another bureau is another `Dialect`, a key in `world.PROVIDERS`, and a place in the order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from xindai.base.http import ProviderFault, SignedClient
from xindai.credit.decision.model import Pulled
from xindai.credit.sources import market
from xindai.credit.sources import report as central
from xindai.credit.sources.report import BureauName, BureauReport, ReportMalformed
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.identity.model import Person


class Reason(StrEnum):
    """Why the report is asked for; the bureau keeps it with the query."""

    LOAN_APPROVAL = "loan_approval"
    POST_LOAN = "post_loan"


ALLOWED_BY = {Reason.LOAN_APPROVAL: Scope.BUREAU, Reason.POST_LOAN: Scope.WATCHING}
"""Which consent allows asking for which reason."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one bureau is spoken with. `question` is put from (ID number, name, reason, grant id)."""

    name: BureauName
    path: str
    question: Callable[[str, str, Reason, str], dict[str, Any]]
    read: Callable[[Any], BureauReport]


def _ask_central(id_number: str, name: str, reason: Reason, authorisation: str) -> dict[str, Any]:
    return {"id_number": id_number, "name": name, "reason": reason.value, "authorisation": authorisation}


def _ask_market(id_number: str, name: str, reason: Reason, authorisation: str) -> dict[str, Any]:
    codes = {found: code for code, found in market.REASONS.items()}
    return {"certNo": id_number, "certName": name, "queryReason": codes[reason.value], "authNo": authorisation}


CENTRAL = Dialect(BureauName.CENTRAL, "/bureau/reports", _ask_central, central.parse)
MARKET = Dialect(BureauName.MARKET, "/market-bureau/queries", _ask_market, market.parse)


class Bureau:
    """The client of one bureau."""

    def __init__(self, client: SignedClient, dialect: Dialect) -> None:
        self._client = client
        self._dialect = dialect

    @property
    def name(self) -> BureauName:
        """Which bureau it is."""
        return self._dialect.name

    def pull(self, grant: Grant, person: Person, reason: Reason) -> Pulled:
        """The report of a person who allowed it, an empty one for somebody without a file. Raises ProviderFault."""
        assert grant.scope is ALLOWED_BY[reason]
        assert grant.person_id == person.id
        assert person.id_number is not None
        assert person.name is not None
        question = self._dialect.question(person.id_number.reveal(), person.name.reveal(), reason, grant.id)
        status, body = self._client.call("POST", self._dialect.path, "report", question)
        if status != 200:
            raise ProviderFault(f"{self.name} bureau: status {status}")
        try:
            return Pulled(self._dialect.read(body), json.dumps(body, ensure_ascii=False))
        except ReportMalformed as error:
            raise ProviderFault(str(error)) from None


@dataclass(frozen=True, slots=True)
class LoanRecord:
    """A month of a loan as the bureau is told it, and whose it is."""

    person: Person
    record: dict[str, Any]


class BureauFiles:
    """Where lenders report what they lent and how it is repaid (wire: `contracts/bureau.md`)."""

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def tell(self, month: date, records: Sequence[LoanRecord]) -> dict[str, str]:
        """Tell a month of these loans; by account, nothing where it was taken, else why not. Raises ProviderFault.

        It rests on the contract, which says so, and not on a consent that could be taken back: half a history misleads others.
        """
        told = [
            {
                "name": one.person.name.reveal() if one.person.name else "",
                "id_number": one.person.id_number.reveal() if one.person.id_number else "",
                **one.record,
            }
            for one in records
        ]
        status, body = self._client.call(
            "POST", "/bureau/account-records", "account_records", {"month": month.isoformat()[:7], "accounts": told}
        )
        if status != 200:
            raise ProviderFault(f"bureau file: status {status}")
        try:
            refused = {str(one["account"]): str(one["error"])[:60] for one in body["refused"]}
            return dict.fromkeys(map(str, body["accepted"]), "") | refused
        except (KeyError, TypeError) as error:
            raise ProviderFault(f"bureau file: {error!r}") from None
