"""Whether a contract that somebody holds is one of ours, and unchanged: a page and a door that need no log-in."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from xindai.base import door, seal
from xindai.base.seal import Mark
from xindai.edges.repeating import RepeatableRoute
from xindai.journeys import contract
from xindai.journeys.parts import parts
from xindai.values.masked import PersonName
from xindai.values.refusal import Refusal

router = APIRouter(responses=door.PROBLEMS, tags=["contracts"], route_class=RepeatableRoute)
PEM = "application/x-pem-file"
LARGEST = 4 * 1024 * 1024


class NotAContract(Refusal):
    """Not a PDF that can be looked into."""

    code = "not_a_pdf"
    en = "This is not a PDF that can be read."
    zh = "无法读取该文件，请上传 PDF 合同。"


class MarkOut(BaseModel):
    """One signature; a person's name is masked."""

    field: str
    by: str
    at: datetime | None
    intact: bool
    trusted: bool
    covers_all: bool
    stamped_at: datetime | None

    @classmethod
    def of(cls, one: Mark) -> MarkOut:
        """As it was found."""
        by = PersonName(one.by).mask() if one.field == "borrower" else one.by
        return cls(
            field=one.field,
            by=by,
            at=one.at,
            intact=one.intact,
            trusted=one.trusted,
            covers_all=one.covers_all,
            stamped_at=one.stamped_at,
        )


class VerificationOut(BaseModel):
    """What was found: whole is signed, by certificates we vouch for, unchanged; `reference` says which of ours it is."""

    whole: bool
    reference: str | None
    signatures: list[MarkOut]


@router.post("/v1/contract-verifications", status_code=201)
def verify_contract(
    file: Annotated[UploadFile, File(description="A contract as PDF, at most 4 MB.")],
) -> VerificationOut:
    """Whether a file is a contract of ours, and unchanged; nothing of it is kept."""
    try:
        reference, marks = contract.verify(file.file.read(LARGEST + 1))
    except seal.Unreadable:
        raise NotAContract(field="file") from None
    return VerificationOut(whole=seal.whole(marks), reference=reference, signatures=[MarkOut.of(one) for one in marks])


@router.get("/v1/contract-authority", response_class=Response, responses={200: {"content": {PEM: {}}}})
def show_authority() -> Response:
    """The certificate (PEM) by which contracts can be verified without us."""
    return Response(parts().sealer.ca_pem, media_type=PEM)


@router.get("/verify", include_in_schema=False, response_class=HTMLResponse)
def show_page() -> HTMLResponse:
    """The page."""
    text = resources.files("xindai.edges.papers").joinpath("verify.html").read_text(encoding="utf-8")
    return HTMLResponse(text)
