"""What the operator may set, read once from the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Environment variables; the names of the first four are part of the product's contract."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True)

    port: int = Field(8000, alias="PORT", ge=0, le=65535)
    host: str = Field("127.0.0.1", alias="HOST")
    home: Path = Field(Path("./var"), alias="XINDAI_HOME")
    database_url: str | None = Field(None, alias="DATABASE_URL")

    sandbox: bool = Field(False, alias="XINDAI_SANDBOX")
    """Whether the clock may be moved and the demo log-ins exist. Never set where real money moves."""

    world_url: str = Field("http://127.0.0.1:8100", alias="XINDAI_WORLD_URL")
    """Where bank, bureau, SMS and identity answer, as one base address with a path for each."""

    public_url: str | None = Field(None, alias="XINDAI_PUBLIC_URL")
    """Where the providers reach us, when that is not where we listen."""

    model: Path | None = Field(None, alias="XINDAI_MODEL")
    """A folder written by `xindai train`; unset, the starter scorecard serves."""

    executor: str = Field("", alias="XINDAI_EXECUTOR")
    """The name under which this process owns its workflows; it must be the same after a restart."""

    @property
    def keys(self) -> Path:
        """The folder of key files."""
        return self.home / "keys"

    @property
    def our_url(self) -> str:
        """Where providers reach our call-backs."""
        return self.public_url or f"http://{self.host}:{self.port}"
