"""The keeper of the embedded server: waits until nobody uses it, stops it, goes. Run as a script, standard library only."""

import fcntl
import os
import pwd
import subprocess
import sys
from pathlib import Path


def keep(home: Path, folder: str, pg_ctl: str, user: str) -> None:
    """Hold the keeper's post, wait for the last user to leave, stop the server."""
    with (home / "postgres.keeper").open("a") as post:
        try:
            fcntl.flock(post, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        while True:
            with (home / "postgres.users").open("a") as users:
                fcntl.flock(users, fcntl.LOCK_EX)
            with (home / "postgres.door").open("a") as door, (home / "postgres.users").open("a") as users:
                fcntl.flock(door, fcntl.LOCK_EX)
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue  # somebody came in between
                subprocess.run(  # noqa: S603
                    [pg_ctl, "-w", "-m", "fast", "-D", folder, "stop"],
                    check=False,
                    user=user or None,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                fcntl.flock(post, fcntl.LOCK_UN)
                return


if __name__ == "__main__":
    _home, _folder, _pg_ctl, _user = sys.argv[1:]
    os.chdir("/")
    if _user and pwd.getpwuid(os.geteuid()).pw_name == _user:
        _user = ""
    keep(Path(_home), _folder, _pg_ctl, _user)
