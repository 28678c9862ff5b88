"""`xindai staff`: who works here. Only whoever has the machine hires; the password and the second factor are shown once."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from xindai.access.members import operations as members
from xindai.access.members import queries as people
from xindai.access.roles.model import ROLES
from xindai.base import clock
from xindai.edges.cli.saying import refuse
from xindai.journeys.parts import Parts, parts
from xindai.postloan.agencies import queries as placed
from xindai.values.masked import Secret
from xindai.values.refusal import Refusal

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Name = Annotated[str, typer.Argument(help="Small letters, digits, dots and hyphens.")]


def register(app: typer.Typer, house: Callable[[], AbstractContextManager[Parts]]) -> None:
    """Add the commands."""
    staff = typer.Typer(help="Who works at the lender, and in which role.", no_args_is_help=True)
    app.add_typer(staff, name="staff")

    @staff.command()
    def hire(
        name: Name,
        role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}, or one of your own.")],
        agency: Annotated[str | None, typer.Option(help="The code of the agency that an agent works for.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """Let somebody work here; the same name again gives them a new password and second factor, and ends their sessions."""
        password, secret = secrets.token_urlsafe(12), secrets.token_bytes(20)
        try:
            with house(), parts().db.transaction() as tx:
                if agency is not None:
                    placed.agency(tx, agency)
                members.hire(
                    tx,
                    parts().ring,
                    name=name,
                    role=role,
                    password=Secret(password),
                    totp_secret=Secret(secret.hex()),
                    agency=agency,
                )
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        _say_once(name, role, password, secret, as_json=as_json)

    @staff.command()
    def end(name: Name, as_json: AsJson = False) -> None:
        """Somebody does not work here any more: their sessions end now, what they did stays theirs."""
        try:
            with house(), parts().db.transaction() as tx:
                members.let_go(tx, name=name)
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        typer.echo(json.dumps({"name": name, "works_here": False}) if as_json else f"{name} works here no more.")

    @staff.command("list")
    def list_(as_json: AsJson = False) -> None:
        """Who works here, and who did."""
        try:
            with house(), parts().db.transaction() as tx:
                found = people.staff(tx)
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        if as_json:
            rows = [
                {
                    "name": one.name,
                    "role": one.role,
                    "left_on": one.left_at and clock.local_time(one.left_at).date().isoformat(),
                }
                for one in found
            ]
            typer.echo(json.dumps(rows))
            return
        table = Table("name", "role", "")
        for one in found:
            left = f"left {clock.local_time(one.left_at):%Y-%m-%d}" if one.left_at else ""
            table.add_row(one.name, one.role, left)
        Console(soft_wrap=True).print(table)


def _say_once(name: str, role: str, password: str, secret: bytes, *, as_json: bool) -> None:
    key = base64.b32encode(secret).decode()
    uri = f"otpauth://totp/Xindai:{quote(name)}?secret={key}&issuer=Xindai"
    if as_json:
        typer.echo(json.dumps({"name": name, "role": role, "password": password, "totp": uri}))
        return
    typer.echo(f"{name} works here as {role}. This is shown once:")
    typer.echo(f"  password       {password}")
    typer.echo(f"  authenticator  {uri}")
