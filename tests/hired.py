"""Members of staff and agents hired as an operator hires them: by the command."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from xindai_sandbox.client import Addresses, Caller, one_time_code


def xindai(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command, on an installation that runs."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("xindai")), *arguments], text=True, capture_output=True, check=False,
        env={**os.environ, "XINDAI_HOME": str(home)},
    )  # fmt: skip


def hire(home: Path, name: str, role: str, *more: str) -> dict[str, str]:
    """Somebody hired: `name`, `password` and `totp_secret` (hexadecimal), kept beside those of the demo."""
    told = json.loads(xindai(home, "staff", "hire", name, "--role", role, *more, "--json").stdout)
    secret = base64.b32decode(parse_qs(urlsplit(told["totp"]).query)["secret"][0]).hex()
    kept = {"name": name, "password": told["password"], "totp_secret": secret}
    (home / "keys" / f"{name}.json").write_text(json.dumps(kept), encoding="utf-8")
    return kept


def token(where: Addresses, hired: dict[str, str]) -> str:
    """Both factors at the staff's door."""
    asked = {"name": hired["name"], "password": hired["password"], "code": one_time_code(hired["totp_secret"])}
    told: str = Caller(where.api).post("/v1/staff/sessions", asked)["token"]
    return told


def log_in(where: Addresses, hired: dict[str, str]) -> Caller:
    """Somebody at their desk."""
    return Caller(where.api, token(where, hired))
