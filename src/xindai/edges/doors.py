"""Every door of the API, in the order in which the schema shows them."""

from __future__ import annotations

from fastapi import FastAPI

from xindai.base import door
from xindai.edges import providers, sandbox, verifying
from xindai.edges.borrower import agreements as borrower_agreements
from xindai.edges.borrower import api as borrower
from xindai.edges.borrower import arrears as borrower_arrears
from xindai.edges.borrower import consents as borrower_consents
from xindai.edges.borrower import contracts as borrower_contracts
from xindai.edges.borrower import documents as borrower_documents
from xindai.edges.borrower import forms as borrower_forms
from xindai.edges.borrower import hardship as borrower_hardship
from xindai.edges.borrower import identity as borrower_identity
from xindai.edges.borrower import lines as borrower_lines
from xindai.edges.borrower import loans as borrower_loans
from xindai.edges.borrower import notices as borrower_notices
from xindai.edges.borrower import pay_later as borrower_pay_later
from xindai.edges.borrower import rights as borrower_rights
from xindai.edges.borrower import sessions as borrower_sessions
from xindai.edges.staff import adjustments as staff_adjustments
from xindai.edges.staff import agencies as staff_agencies
from xindai.edges.staff import agents as staff_agents
from xindai.edges.staff import alarms as staff_alarms
from xindai.edges.staff import api as staff
from xindai.edges.staff import applications as staff_applications
from xindai.edges.staff import assessments as staff_assessments
from xindai.edges.staff import bureau_files as staff_bureau_files
from xindai.edges.staff import capital as staff_capital
from xindai.edges.staff import classes as staff_classes
from xindai.edges.staff import collections as staff_collections
from xindai.edges.staff import compliance as staff_compliance
from xindai.edges.staff import contracts as staff_contracts
from xindai.edges.staff import credit as staff_credit
from xindai.edges.staff import documents as staff_documents
from xindai.edges.staff import duplicates as staff_duplicates
from xindai.edges.staff import emergencies as staff_emergencies
from xindai.edges.staff import hardship as staff_hardship
from xindai.edges.staff import laundering as staff_laundering
from xindai.edges.staff import ledger as staff_ledger
from xindai.edges.staff import legal as staff_legal
from xindai.edges.staff import lines as staff_lines
from xindai.edges.staff import loans as staff_loans
from xindai.edges.staff import merchants as staff_merchants
from xindai.edges.staff import model_versions as staff_model_versions
from xindai.edges.staff import models as staff_models
from xindai.edges.staff import overview as staff_overview
from xindai.edges.staff import partners as staff_partners
from xindai.edges.staff import payments as staff_payments
from xindai.edges.staff import people as staff_people
from xindai.edges.staff import portfolio as staff_portfolio
from xindai.edges.staff import products as staff_products
from xindai.edges.staff import reconciliation as staff_reconciliation
from xindai.edges.staff import returns as staff_returns
from xindai.edges.staff import reviews as staff_reviews
from xindai.edges.staff import rights as staff_rights
from xindai.edges.staff import roles as staff_roles
from xindai.edges.staff import sales as staff_sales
from xindai.edges.staff import screening as staff_screening
from xindai.edges.staff import strategies as staff_strategies
from xindai.edges.staff import warnings as staff_warnings
from xindai.onboarding.documents.model import LARGEST_UPLOAD

ROOM_FOR_A_FORM = 64 * 1024
LARGER = {
    borrower_documents.router.prefix: LARGEST_UPLOAD + ROOM_FOR_A_FORM,
    "/v1/contract-verifications": verifying.LARGEST + ROOM_FOR_A_FORM,
}
BORROWERS = (
    borrower_sessions,
    borrower_consents,
    borrower_documents,
    borrower_identity,
    borrower_forms,
    borrower,
    borrower_contracts,
    borrower_loans,
    borrower_agreements,
    borrower_arrears,
    borrower_hardship,
    borrower_lines,
    borrower_pay_later,
    borrower_notices,
    borrower_rights,
)
STAFFS = (
    staff,
    staff_overview,
    staff_applications,
    staff_people,
    staff_credit,
    staff_models,
    staff_model_versions,
    staff_contracts,
    staff_documents,
    staff_screening,
    staff_duplicates,
    staff_reviews,
    staff_loans,
    staff_ledger,
    staff_portfolio,
    staff_classes,
    staff_capital,
    staff_returns,
    staff_agencies,
    staff_agents,
    staff_bureau_files,
    staff_adjustments,
    staff_lines,
    staff_products,
    staff_merchants,
    staff_partners,
    staff_payments,
    staff_reconciliation,
    staff_collections,
    staff_warnings,
    staff_legal,
    staff_sales,
    staff_hardship,
    staff_strategies,
    staff_rights,
    staff_alarms,
    staff_laundering,
    staff_compliance,
    staff_assessments,
    staff_emergencies,
    staff_roles,
)


def open_all(app: FastAPI, *, with_sandbox: bool) -> None:
    """Give an application its limits, its problems, and all its routes."""
    # Providers tell of thousands of payments within minutes, and prove who they are by each.
    door.harden(
        app, larger=LARGER, unpaced={path for route in providers.router.routes if (path := getattr(route, "path", ""))}
    )
    # Laid out flat: a router within a router is looked through twice for each request.
    for routes in (*BORROWERS, *STAFFS, providers, verifying):
        app.router.routes.extend(routes.router.routes)
    if with_sandbox:
        app.router.routes.extend(sandbox.router.routes)
