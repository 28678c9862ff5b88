"""From which address somebody asks: what our own proxies say is believed, what stands before it is not."""

import pytest
from starlette.requests import Request

from xindai.base.door import source


def asked_by(caller: str, forwarded: str = "") -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return Request({"type": "http", "client": (caller, 1), "headers": headers})


@pytest.mark.parametrize(
    ("caller", "forwarded", "proxies", "expected"),
    [
        ("203.0.113.9", "", 0, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", 0, "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", 0, None),
        ("10.0.0.2", "203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1, 203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1, 203.0.113.9, 10.0.0.3", 2, "203.0.113.9"),
        ("10.0.0.2", "", 1, "10.0.0.2"),
        ("10.0.0.2", "203.0.113.9", 3, "203.0.113.9"),
    ],
)
def test_the_address_that_asks(caller: str, forwarded: str, proxies: int, expected: str | None) -> None:
    assert source(asked_by(caller, forwarded), proxies=proxies) == expected
