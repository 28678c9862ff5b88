"""The credit bureau: one report per application, pulled only with a grant and a reason (R-BUR-01; `contracts/bureau.md`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from xindai.base.http import ProviderFault, SignedClient
from xindai.credit.features import report as reports
from xindai.credit.features.report import BureauReport
from xindai.onboarding.consent import Grant, Scope
from xindai.onboarding.identity.model import Person


class Reason(StrEnum):
    """Why the report is asked for; the bureau keeps it with the query."""

    LOAN_APPROVAL = "loan_approval"


@dataclass(frozen=True, slots=True)
class Pulled:
    """A report, and the document it was read from, to be kept sealed."""

    report: BureauReport
    document: str


class Bureau:
    """The client."""

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def pull(self, grant: Grant, person: Person, reason: Reason) -> Pulled:
        """The report of a person who allowed it, an empty one for somebody without a file. Raises ProviderFault."""
        assert grant.scope is Scope.BUREAU
        assert grant.person_id == person.id
        assert person.id_number is not None
        assert person.name is not None
        status, body = self._client.call(
            "POST",
            "/bureau/reports",
            "report",
            {
                "id_number": person.id_number.reveal(),
                "name": person.name.reveal(),
                "reason": reason.value,
                "authorisation": grant.id,
            },
        )
        if status != 200:
            raise ProviderFault(f"bureau: status {status}")
        try:
            return Pulled(reports.parse(body), json.dumps(body, ensure_ascii=False))
        except reports.ReportMalformed as error:
            raise ProviderFault(str(error)) from None
