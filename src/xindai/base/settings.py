"""What the operator may set, read once from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class _Environment(PydanticBaseSettingsSource):
    """The variables that bear our names. A field's own name is none of them: `HOME` is not ours, nor is `SANDBOX`."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """What the environment says of one field."""
        return os.environ.get(field.alias or ""), field_name, False

    def __call__(self) -> dict[str, Any]:
        """What the environment says, by field."""
        return {
            name: os.environ[field.alias]
            for name, field in self.settings_cls.model_fields.items()
            if field.alias is not None and field.alias in os.environ
        }


class Settings(BaseSettings):
    """Environment variables; the names of the first four are part of the product's contract."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True)

    port: int = Field(8000, alias="PORT", ge=0, le=65535)
    host: str = Field("127.0.0.1", alias="HOST")
    home: Path = Field(Path("./var"), alias="XINDAI_HOME")
    database_url: str | None = Field(None, alias="DATABASE_URL")

    owner_database_url: str | None = Field(None, alias="XINDAI_OWNER_DATABASE_URL")
    """The same database as the one who owns its tables and brings them up to date; unset, whoever `database_url` names does."""

    apis: int = Field(1, alias="XINDAI_APIS", ge=1, le=64)
    workers: int = Field(1, alias="XINDAI_WORKERS", ge=1, le=64)
    """So many processes of each kind are started by `xindai up`; one uses one core. The APIs share the port."""

    sandbox: bool = Field(False, alias="XINDAI_SANDBOX")
    """Whether the clock may be moved and the demo log-ins exist. Never set where real money moves."""

    world_url: str = Field("http://127.0.0.1:8100", alias="XINDAI_WORLD_URL")
    """Where bank, bureau, SMS and identity answer, as one base address with a path for each."""

    public_url: str | None = Field(None, alias="XINDAI_PUBLIC_URL")
    """Where the providers reach us, when that is not where we listen."""

    law: Path | None = Field(None, alias="XINDAI_LAW")
    """A file of the law's figures, each with its days, in the form of `src/xindai/values/law.json`."""

    model: Path | None = Field(None, alias="XINDAI_MODEL")
    """A folder written by `xindai train`; unset, the starter scorecard serves."""

    business_model: Path | None = Field(None, alias="XINDAI_BUSINESS_MODEL")
    """The same for applications of businesses."""

    fraud_model: Path | None = Field(None, alias="XINDAI_FRAUD_MODEL")
    """The same for the fraud score of applications."""

    behaviour_model: Path | None = Field(None, alias="XINDAI_BEHAVIOUR_MODEL")
    """The same for the behaviour score, which lines in use are looked at by each month."""

    collection_model: Path | None = Field(None, alias="XINDAI_COLLECTION_MODEL")
    """The same for the collection score, by which whoever falls late is treated."""

    cipher: Literal["AES", "SM4"] = Field("AES", alias="XINDAI_CIPHER")
    """What new fields are sealed by (AES-256-GCM, SM4-GCM); those that are there move when keys are rotated."""

    key_file: Path | None = Field(None, alias="XINDAI_KEY_FILE")
    """A file with a key in 64 hexadecimal digits that our keys for fields are wrapped by."""

    kms_key: str = Field("", alias="XINDAI_KMS_KEY")
    """The name of a key of Tencent Cloud's key service that wraps them instead."""

    lender: str = Field("Xindai 信贷", alias="XINDAI_LENDER")
    """Who lends, as its licence says; it stands on documents."""

    reading_seconds: int = Field(10, alias="XINDAI_READING_SECONDS", ge=0, le=120)
    """How long a statement of cost stays before it can be confirmed (R-PRICE-04)."""

    timestamp_url: str = Field("", alias="XINDAI_TIMESTAMP_URL")
    """A time-stamping authority (RFC 3161) for contracts; empty, they bear our own time."""

    fonts: Path | None = Field(None, alias="XINDAI_FONTS")
    """A folder with fonts for documents, besides those of the system."""

    consents: Path | None = Field(None, alias="XINDAI_CONSENTS")
    """A file of consent texts instead of those that come with the product."""

    wechat_url: str = Field("https://api.weixin.qq.com", alias="XINDAI_WECHAT_URL")
    """Where WeChat answers; in the sandbox its world does."""

    wechat_templates: str = Field("", alias="XINDAI_WECHAT_TEMPLATES")
    """WeChat's ids of our message templates: `application_result=ID,loan_status=ID,repayment=ID`; what has none goes as text."""

    reader_url: str = Field("http://127.0.0.1:8200", alias="XINDAI_READER_URL")
    """Where pictures are opened and read; `xindai up` starts a reader of its own unless one is named."""

    tencent_url: str = Field("", alias="XINDAI_TENCENT_URL")
    """Where Tencent Cloud answers; empty, its own hosts."""

    four_elements: str = Field("house", alias="XINDAI_FOUR_ELEMENTS")
    """Who is asked whether name, ID number, phone and card belong together, in order: `house`, `tencent`."""

    faces: str = Field("", alias="XINDAI_FACES")
    """Who compares faces with ID cards, in order: `tencent`; nobody unless one is named."""

    codes: str = Field("house", alias="XINDAI_CODES")
    """Who sends codes to phones, in order: `house`, `tencent`."""

    texts: str = Field("house", alias="XINDAI_TEXTS", min_length=1)
    """Who sends notices to phones, in order: `house`, `tencent`."""

    text_templates: str = Field("", alias="XINDAI_TEXT_TEMPLATES")
    """Tencent's numbers of our notices: `loan_disbursed.zh=1234,…`; what has none goes by another."""

    readers: str = Field("own", alias="XINDAI_READERS")
    """Who reads papers, in order: `own`, `tencent`."""

    rails: str = Field("house", alias="XINDAI_RAILS", min_length=1)
    """Who moves money, in the order in which they are preferred at equal price: `house`, `iso20022`, `agreement_pay`,
    `wechat_pay`."""

    wechat_pay_url: str = Field("https://api.mch.weixin.qq.com", alias="XINDAI_WECHAT_PAY_URL")
    """Where WeChat Pay answers; our account there stands in `keys/wechat_pay.json`."""

    account: str = Field("8800000000000018", alias="XINDAI_ACCOUNT", pattern=r"^[0-9A-Za-z]{4,34}$")
    """The lender's account at a bank that speaks ISO 20022."""

    scanner: str = Field("", alias="XINDAI_SCANNER", pattern=r"^$|^[^:\s]+:[0-9]{1,5}$")
    """A virus scanner that speaks clamd's INSTREAM, as `host:port`."""

    requests_a_minute: int | None = Field(None, alias="XINDAI_REQUESTS_A_MINUTE", ge=0)
    """How many one session may send; from one address ten times as many. 0 is no limit, as unset in the sandbox; else 300."""

    proxies: int = Field(0, alias="XINDAI_PROXIES", ge=0, le=5)
    """How many proxies of ours a request comes through; they say from which address (X-Forwarded-For)."""

    executor: str = Field("", alias="XINDAI_EXECUTOR")
    """The name under which this process owns its workflows; it must be the same after a restart."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code, then the environment."""
        return init_settings, _Environment(settings_cls)

    @property
    def keys(self) -> Path:
        """The folder of key files."""
        return self.home / "keys"

    @property
    def our_url(self) -> str:
        """Where providers reach our call-backs."""
        return self.public_url or f"http://{self.host}:{self.port}"
