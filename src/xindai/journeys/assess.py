"""What each processing of personal data does to people, assessed as things stand today."""

from __future__ import annotations

from importlib import resources

from xindai.base.db import Tx
from xindai.governance.compliance import queries as looked
from xindai.governance.compliance.model import Result
from xindai.governance.rights.assessments import Allowed, Assessment, Measure, Processing, Standing, page
from xindai.journeys.parts import parts
from xindai.onboarding.consent import queries as consents
from xindai.onboarding.consent.model import Scope, Text
from xindai.values.refusal import Kind, Refusal


class ProcessingMissing(Refusal):
    """There is no such processing."""

    kind = Kind.MISSING
    code = "processing_not_found"
    en = "There is no such processing."
    zh = "没有该处理活动。"


def assessments(tx: Tx) -> list[Assessment]:
    """All of them, as they are declared and as they stand now."""
    results = {one.rule: one for one in looked.last(tx)}
    texts = {one.scope: one for one in consents.texts(tx)}
    counts = {scope: Allowed(*both) for scope, both in consents.counts(tx).items()}
    return [_assessed(one, results, texts, counts) for one in parts().processings.values()]


def report(processing_id: str) -> bytes:
    """One of them as a PDF to file. Refuses: ProcessingMissing, FontMissing."""
    with parts().db.transaction() as tx:
        found = next((one for one in assessments(tx) if one.processing.id == processing_id), None)
        at, day = tx.at, tx.on.isoformat()
    if found is None:
        raise ProcessingMissing(field="processing")
    template = resources.files("xindai.governance.rights").joinpath("assessment.typ").read_text(encoding="utf-8")
    return parts().paper.pdf(template, page(found, lender=parts().lender, day=day), at=at)


def _assessed(
    one: Processing, results: dict[str, Result], texts: dict[Scope, Text], counts: dict[Scope, Allowed]
) -> Assessment:
    scope = Scope(one.scope) if one.scope else None
    text = texts[scope] if scope else None
    return Assessment(
        processing=one,
        tables=tuple(one.tables(parts().holdings)),
        consent=_words(text) if text else None,
        version=text.version if text else None,
        allowed=counts.get(scope, Allowed(0, 0)) if scope else None,
        standing={each: _stands(each, results) for risk in one.risks for each in risk.measures},
    )


def _words(text: Text) -> dict[str, dict[str, str]]:
    said = {name: getattr(text, name) for name in ("purpose", "data", "recipient", "without", "withdrawn")}
    return {name: {"zh": words.zh, "en": words.en} for name, words in said.items()}


def _stands(measure: Measure, results: dict[str, Result]) -> Standing:
    last = results.get(measure.rule) if measure.rule else None
    return Standing(measure, None if last is None else last.holds, last.counted if last else 0)
