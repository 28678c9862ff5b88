"""The command `xindai`. Exit 0 done, 1 refused or failed with a one-line reason, 2 wrong usage."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from rich.console import Console
from rich.table import Table

from xindai.base import audit, crypto
from xindai.base.settings import Settings
from xindai.credit.scoring import Cards
from xindai.credit.strategies.graph import Strategy
from xindai.edges.cli import auditing, backtesting, preapproving, quoting, staffing, telling, up, verifying
from xindai.edges.cli.saying import refuse
from xindai.journeys import close_day as closing
from xindai.journeys import prove, replay
from xindai.journeys.parts import Parts
from xindai.values.money import decimal_text
from xindai.values.refusal import Invalid, Refusal

House = Callable[[], AbstractContextManager[Parts]]
Credit = tuple[Callable[[str], Strategy | None], Callable[[Path | None], Cards]]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
console = Console(soft_wrap=True)


def build(house: House, schema: Callable[[], dict[str, Any]], credit: Credit) -> typer.Typer:
    """All commands; `house` opens the installation for one command, `schema` gives the OpenAPI document.

    `credit` gives a shipped strategy by name, and the scorecards, that of applications from a folder.
    """
    app = typer.Typer(
        name="xindai",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Xindai (信贷): small online loans, from application to the last fen.",
    )
    _serving(app)
    quoting.register(app)
    backtesting.register(app, shipped=credit[0], model=credit[1])
    preapproving.register(app, shipped=credit[0], model=credit[1])
    _books(app, house)
    _replaying(app, house)
    telling.register(app, house)
    verifying.register(app)
    auditing.register(app, house)
    staffing.register(app, house)

    @app.command("export-schema")
    def export_schema() -> None:
        """Print the OpenAPI document."""
        typer.echo(json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True))

    for plug_in in entry_points(group="xindai.commands"):
        plug_in.load()(app)
    return app


def _serving(app: typer.Typer) -> None:
    @app.command("up")
    def serve(
        demo: Annotated[
            bool, typer.Option("--demo/--no-demo", help="With the sandbox world and a loan's life.")
        ] = True,
    ) -> None:
        """Serve: database, world (in the demo), worker and API; Ctrl-C stops all of it."""
        try:
            up.up(Settings(), demo=demo, console=console)
        except Refusal as refusal:
            refuse(refusal, as_json=False)

    @app.command()
    def simulate(
        people: Annotated[int, typer.Option(min=1, max=100_000, help="How many apply.")] = 100,
        days: Annotated[int, typer.Option(min=1, max=1200, help="How many days are lived.")] = 120,
        seed: Annotated[int, typer.Option(help="The same seed is the same world.")] = 1,
        home: Annotated[
            Path | None, typer.Option(help="Where to keep it; a folder that goes away, if not given.")
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        """Live a made-up population through the whole system on a moved clock, the books proved every evening."""
        with tempfile.TemporaryDirectory(prefix="xindai-") as folder:
            settings = Settings(port=0, home=home or Path(folder) / "var", reading_seconds=0)
            try:
                code = up.simulate(settings, people=people, days=days, seed=seed, as_json=as_json, arguments=[])
            except Refusal as refusal:
                refuse(refusal, as_json=as_json)
        raise typer.Exit(code)

    @app.command("staff-code")
    def staff_code(
        name: Annotated[str, typer.Argument(help="Which of the demo members of staff.")] = "demo",
    ) -> None:
        """The one-time code of a demo member of staff, right now."""
        if name not in up.DEMO_STAFF:
            refuse(Invalid(f"Demo members of staff are {', '.join(up.DEMO_STAFF)}.", field="name"), as_json=False)
        secret = bytes.fromhex(up.demo_credentials(Settings().home, name)["totp_secret"])
        made = TOTP(secret, 6, SHA1(), 30, enforce_key_length=False).generate(int(time.time()))  # noqa: S303
        typer.echo(made.decode())


def _books(app: typer.Typer, house: House) -> None:
    @app.command()
    def books(
        as_json: AsJson = False,
        quick: Annotated[bool, typer.Option("--quick", help="The sums only, as each evening proves them.")] = False,
    ) -> None:
        """Prove the books: exit 0 and a table of what was checked, or the first thing that does not hold."""
        try:
            with house():
                checks = prove.prove_books(quick=quick)
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        broken = next((check for check in checks if check.broken), None)
        if as_json:
            rows = [
                {"code": one.code, "en": one.en, "zh": one.zh, "counted": one.counted, "broken": one.broken}
                for one in checks
            ]
            typer.echo(json.dumps({"holds": broken is None, "checks": rows}, ensure_ascii=False))
        else:
            table = Table("check", "检查", "looked at", "holds")
            for one in checks:
                table.add_row(one.en, one.zh, f"{one.counted:,}", "yes" if one.broken is None else "NO")
            console.print(table)
            if broken:
                typer.echo(f"{broken.code}: {broken.broken}", err=True)
        if broken:
            raise typer.Exit(1)

    @app.command("rotate-keys")
    def rotate_keys() -> None:
        """A new key for sealed fields, and all of them sealed with it; nothing needs to stop."""
        try:
            with house() as opened:
                moved = crypto.rotate(opened.db, opened.ring)
                with opened.db.transaction() as tx:
                    about = f"key {opened.ring.newest}"
                    audit.note(tx, actor="operator", action="keys_rotated", subject=about, facts={"moved": moved})
        except Refusal as refusal:
            refuse(refusal, as_json=False)
        typer.echo(f"{moved} fields are sealed with a new key.")

    @app.command("close-day")
    def close_day(
        on: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day to close; without it, the open one.")
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        """Close the open business day, or all up to a day: debit, bill, remind, accrue, age, post. Restartable."""
        try:
            with house():
                following = closing.close(on.date() if on else None)
        except (Refusal, TimeoutError) as error:
            refuse(error if isinstance(error, Refusal) else Invalid("The day did not close in time."), as_json=as_json)
        typer.echo(json.dumps({"business_day": following.isoformat()}) if as_json else f"Open now: {following}")


def _replaying(app: typer.Typer, house: House) -> None:
    group = typer.Typer(help="The same answer again, or what differs.", no_args_is_help=True)
    app.add_typer(group, name="replay")

    @group.command("decision")
    def replay_decision(decision_id: Annotated[str, typer.Argument()], as_json: AsJson = False) -> None:
        """Make a decision again from what was kept of it."""
        try:
            with house():
                again = replay.replay_decision(decision_id)
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        if as_json:
            typer.echo(
                json.dumps(
                    {
                        "decision": again.decision_id,
                        "outcome": again.outcome,
                        "verdicts": again.verdicts,
                        "differs": again.differs,
                    },
                    ensure_ascii=False,
                )
            )
        else:
            for rule, passed in again.verdicts.items():
                console.print(f"{'pass' if passed else 'FAIL':>5}  {rule}")
            console.print(f"outcome {again.outcome}: " + ("the same" if not again.differs else "DIFFERS"))
            for one in again.differs:
                console.print(f"  {one['what']}: then {one['then']}, now {one['now']}")
        if again.differs:
            raise typer.Exit(1)

    @group.command("loan")
    def replay_loan(
        loan_id: Annotated[str, typer.Argument()],
        on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As of this day.")] = None,
        known: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From what was known by this day.")
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        """A loan as of any day, as known on any day."""
        try:
            with house():
                view = replay.replay_loan(loan_id, on=_day(on), known=_day(known))
        except Refusal as refusal:
            refuse(refusal, as_json=as_json)
        state = view.state
        figures = {name: decimal_text(minor, "CNY") for name, minor in state.figures.as_dict().items()} if state else {}
        answer = {
            "loan": view.loan.id,
            "status": state.status.value if state else view.loan.status.value,
            "as_of": state.on.isoformat() if state else None,
            "overdue_days": state.overdue_days if state else 0,
            "payoff": decimal_text(state.payoff, "CNY") if state else "0.00",
            "figures": figures,
        }
        if as_json:
            typer.echo(json.dumps(answer, ensure_ascii=False))
            return
        table = Table("what", "value")
        for name, value in {**{key: one for key, one in answer.items() if key != "figures"}, **figures}.items():
            table.add_row(name, str(value))
        console.print(table)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
