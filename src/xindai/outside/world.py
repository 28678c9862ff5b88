"""All providers of one process, and the keys shared with each of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from xindai.base import crypto
from xindai.base.http import SignedClient
from xindai.outside import agreement_pay, bank, iso20022, sms, wechat_pay
from xindai.outside.agreement_pay import AgreementPay
from xindai.outside.asking import Named, Order
from xindai.outside.bank import NOTICE_PATH, Bank
from xindai.outside.behaviour import Behaviour
from xindai.outside.bureau import CENTRAL, MARKET, Bureau, BureauFiles
from xindai.outside.iso20022 import IsoBank
from xindai.outside.iso_messages import OurAccount
from xindai.outside.kyc import Faces, FourElements, HouseFourElements
from xindai.outside.rails import Rail, Rails
from xindai.outside.reading import Opener, OwnReader, Reader
from xindai.outside.scanner import Scanner
from xindai.outside.sms import Codes, SandboxPhones, Sms, Texts
from xindai.outside.social import Social
from xindai.outside.tencent import (
    Account,
    TencentCodes,
    TencentFaces,
    TencentFourElements,
    TencentKeys,
    TencentReader,
    TencentTexts,
)
from xindai.outside.wechat import App, Wechat
from xindai.values.refusal import Refusal

APPS = ("wechat", "tencent")
"""Providers with an account of their own kind: an id and a secret."""
PROVIDERS = (
    "bank",
    "iso20022",
    "agreement_pay",
    "bureau",
    "market_bureau",
    "sms",
    "identity",
    "behaviour",
    "social",
    "reader",
)
KEY_ID = "xindai"
P = TypeVar("P", bound=Named)
READING_PATIENCE = 20.0
"""Seconds; a picture takes one, and waits for others that are read before it."""


@dataclass(frozen=True, slots=True)
class World:
    """Our clients; bureaus and readers in the order in which they are asked."""

    rails: Rails
    bureaus: tuple[Bureau, ...]
    bureau_files: BureauFiles
    sms: Sms
    texts: Order[Texts]
    codes: Order[Codes]
    four_elements: Order[FourElements]
    faces: Order[Faces]
    behaviour: Behaviour
    social: Social
    wechat: Wechat
    scanner: Scanner
    opener: Opener
    readers: Order[Reader]
    phones: SandboxPhones


def provider_keys(folder: Path) -> dict[str, str]:
    """The secrets shared with the providers, made on first use (a lender puts the real ones into the same file)."""
    path = folder / "providers.json"
    if not path.exists():
        fresh = {provider: secrets.token_hex(32) for provider in (*PROVIDERS, *APPS)}
        crypto.write_secret(path, json.dumps(fresh), only_if_new=True)
    keys = json.loads(path.read_text(encoding="utf-8"))
    if missing := [provider for provider in (*PROVIDERS, *APPS) if provider not in keys]:
        keys |= {provider: secrets.token_hex(32) for provider in missing}
        crypto.write_secret(path, json.dumps(keys))
    return {provider: str(keys[provider]) for provider in (*PROVIDERS, *APPS)}


@dataclass(frozen=True, slots=True)
class Where:
    """Where they answer: most at one base address (`world`), and where we are called back (`ours`).

    `wechat_pay` is where WeChat Pay answers, `keys` the folder with our account there. `lender` holds the account `account` at banks that ask for one; `now` is the instant in which things are said there.
    `four_elements`, `readers`, `codes`, `texts`, `faces` and `rails` name who is asked, in order; `text_templates` are the vendor's
    numbers of our notices by topic and language.
    """

    world: str
    wechat: str
    reader: str
    scanner: str
    tencent: str
    ours: str
    four_elements: tuple[str, ...]
    readers: tuple[str, ...]
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    text_templates: Mapping[str, str]
    faces: tuple[str, ...]
    rails: tuple[str, ...]
    wechat_pay: str
    keys: Path
    lender: str
    account: str
    now: Callable[[], datetime]


class ProviderUnknown(Refusal):
    """An order names somebody who is not there."""

    code = "provider_unknown"
    en = "There is no provider “{name}” here; there are {known}."
    zh = "没有名为“{name}”的服务商，可选：{known}。"


def _chosen(names: tuple[str, ...], *providers: P) -> tuple[P, ...]:
    """The providers of these names, in that order. Refuses: ProviderUnknown."""
    known = {one.name: one for one in providers}
    if unknown := next((name for name in names if name not in known), None):
        raise ProviderUnknown(name=unknown, known=", ".join(known))
    return tuple(known[name] for name in names)


def _account(kept: str, *, endpoint: str) -> Account:
    """`SECRET_ID:SECRET_KEY`, and where they are used `:FACE_RULE:SMS_APP:SMS_SIGN:SMS_CODE_TEMPLATE`."""
    parts = kept.split(":")
    if len(parts) == 1:
        return Account("sandbox", kept, endpoint=endpoint)
    secret_id, secret_key, *rest = parts
    names = ("face_rule", "sms_app", "sms_sign", "sms_code_template")
    return Account(
        secret_id, secret_key, endpoint=endpoint, **{name: one for name, one in zip(names, rest, strict=False) if one}
    )


def key_service(key: str, *, endpoint: str, keys: Path) -> TencentKeys:
    """The key service that wraps our keys by one of its own."""
    return TencentKeys(_account(provider_keys(keys)["tencent"], endpoint=endpoint), key)


def _rails(where: Where, keys: dict[str, str]) -> list[Rail]:
    """The rails that are named, in that order. Refuses: ProviderUnknown."""

    def client(provider: str) -> SignedClient:
        return SignedClient(provider, where.world, key_id=KEY_ID, secret=keys[provider])

    known: dict[str, Rail] = {
        bank.NAME: Bank(client("bank"), secret=keys["bank"], notices_to=where.ours + NOTICE_PATH),
    }
    known[iso20022.NAME] = IsoBank(
        client("iso20022"), secret=keys["iso20022"], account=OurAccount(where.lender, where.account), now=where.now
    )
    known[agreement_pay.NAME] = AgreementPay(
        client("agreement_pay"), secret=keys["agreement_pay"], notices_to=where.ours + agreement_pay.NOTICE_PATH
    )
    if wechat_pay.NAME in where.rails:
        known[wechat_pay.NAME] = wechat_pay.WechatPay(
            wechat_pay.merchant(where.keys),
            gateway=where.wechat_pay,
            app_id=_app(keys["wechat"]).app_id,
            notices_to=where.ours + wechat_pay.NOTICE_PATH,
            now=where.now,
        )
    for name in where.rails:
        if name not in known:
            raise ProviderUnknown(name=name, known=", ".join([*known, wechat_pay.NAME]))
    return [known[name] for name in where.rails]


def _app(account: str) -> App:
    app_id, _, secret = account.rpartition(":")
    return App(app_id or "sandbox", secret)


def connect(where: Where, keys: dict[str, str]) -> World:
    """Clients of all providers."""

    def client(provider: str) -> SignedClient:
        return SignedClient(provider, where.world, key_id=KEY_ID, secret=keys[provider])

    vendor = _account(keys["tencent"], endpoint=where.tencent)
    texts = Sms(client("sms"), secret=keys["sms"], notices_to=where.ours + sms.NOTICE_PATH)
    house = HouseFourElements(client("identity"))
    reader = SignedClient("reader", where.reader, key_id=KEY_ID, secret=keys["reader"], timeout=READING_PATIENCE)

    return World(
        rails=Rails(_rails(where, keys)),
        bureaus=(Bureau(client("bureau"), CENTRAL), Bureau(client("market_bureau"), MARKET)),
        bureau_files=BureauFiles(client("bureau")),
        sms=texts,
        texts=Order("texts", _chosen(where.texts, texts, TencentTexts(vendor, where.text_templates))),
        codes=Order("codes", _chosen(where.codes, texts, TencentCodes(vendor))),
        four_elements=Order("four_elements", _chosen(where.four_elements, house, TencentFourElements(vendor))),
        faces=Order("face", _chosen(where.faces, TencentFaces(vendor))),
        behaviour=Behaviour(client("behaviour")),
        social=Social(client("social")),
        wechat=Wechat(_app(keys["wechat"]), where.wechat),
        scanner=Scanner(where.scanner),
        opener=Opener(reader),
        readers=Order("reading", _chosen(where.readers, OwnReader(reader), TencentReader(vendor))),
        phones=SandboxPhones(where.world),
    )
