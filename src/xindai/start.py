"""Where the command `xindai` begins: what only thinks starts at once, what serves loads the whole house."""

from __future__ import annotations

import gc
import sys


def cli() -> None:
    """The command `xindai`."""
    if sys.argv[1:2] == ["quote"]:
        import typer

        from xindai.edges.cli import quoting

        app = typer.Typer(name="xindai", add_completion=False, pretty_exceptions_enable=False)
        app.callback()(lambda: None)
        quoting.register(app)
        app()
    else:
        gc.disable()  # what is loaded stays: looking for garbage among it takes a fifth of the start
        from xindai import main

        gc.freeze()
        gc.enable()
        main.cli()


if __name__ == "__main__":
    cli()
