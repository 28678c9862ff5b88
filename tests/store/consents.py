"""Somebody who allows something, in the words that come with the product."""

import json
from importlib import resources

from xindai.base.clock import new_id
from xindai.base.crypto import Signer
from xindai.base.db import Tx
from xindai.onboarding.consent import operations as consents
from xindai.onboarding.consent.model import Grant, GrantId, Scope, Text, parse_texts

SIGNER = Signer(bytes(range(32)))


def shipped() -> dict[Scope, Text]:
    file = resources.files("xindai.onboarding.consent").joinpath("texts.json")
    return parse_texts(json.loads(file.read_text(encoding="utf-8")))


def given(tx: Tx, person_id: str, scope: Scope, *, device: str = "") -> Grant:
    texts = shipped()
    consents.stock(tx, texts)
    return consents.give(
        tx,
        SIGNER,
        grant_id=new_id(GrantId),
        person_id=person_id,
        scope=scope,
        text_hash=texts[scope].hash,
        device=device,
    )
