"""All providers of one process, and the keys shared with each of them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from xindai.base import crypto
from xindai.base.http import SignedClient
from xindai.outside.bank import NOTICE_PATH, Bank
from xindai.outside.behaviour import Behaviour
from xindai.outside.bureau import CENTRAL, MARKET, Bureau
from xindai.outside.kyc import Kyc
from xindai.outside.reading import Opener, OwnReader, Reader
from xindai.outside.scanner import Scanner
from xindai.outside.sms import Sms
from xindai.outside.social import Social
from xindai.outside.wechat import App, Wechat

APPS = ("wechat",)
"""Providers with an account of their own kind: an id and a secret."""
PROVIDERS = ("bank", "bureau", "market_bureau", "sms", "identity", "behaviour", "social", "reader")
KEY_ID = "xindai"
READING_PATIENCE = 20.0
"""Seconds; a picture takes one, and waits for others that are read before it."""


@dataclass(frozen=True, slots=True)
class World:
    """Our clients; bureaus and readers in the order in which they are asked."""

    bank: Bank
    bureaus: tuple[Bureau, ...]
    sms: Sms
    kyc: Kyc
    behaviour: Behaviour
    social: Social
    wechat: Wechat
    scanner: Scanner
    opener: Opener
    readers: tuple[Reader, ...]


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
    """Where they answer: most at one base address (`world`), and where we are called back."""

    world: str
    wechat: str
    reader: str
    scanner: str
    ours: str


def connect(where: Where, keys: dict[str, str]) -> World:
    """Clients of all providers."""

    def app(account: str) -> App:
        app_id, _, secret = account.rpartition(":")
        return App(app_id or "sandbox", secret)

    def client(provider: str) -> SignedClient:
        return SignedClient(provider, where.world, key_id=KEY_ID, secret=keys[provider])

    reader = SignedClient("reader", where.reader, key_id=KEY_ID, secret=keys["reader"], timeout=READING_PATIENCE)

    return World(
        bank=Bank(client("bank"), secret=keys["bank"], notices_to=where.ours + NOTICE_PATH),
        bureaus=(Bureau(client("bureau"), CENTRAL), Bureau(client("market_bureau"), MARKET)),
        sms=Sms(client("sms")),
        kyc=Kyc(client("identity")),
        behaviour=Behaviour(client("behaviour")),
        social=Social(client("social")),
        wechat=Wechat(app(keys["wechat"]), where.wechat),
        scanner=Scanner(where.scanner),
        opener=Opener(reader),
        readers=(OwnReader(reader),),
    )
