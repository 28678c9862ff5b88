"""Signed call-backs: a clock one second off is believed, one ten minutes off is not, nor is anything that was changed."""

import time

import pytest

from xindai.base.http import body_hash, signature, signed_by

SECRET, PATH, BODY = "secret", "/v1/callbacks/bank", b'{"status": "settled"}'


def headers(*, seconds: float = 0, secret: str = SECRET, body: bytes = BODY, path: str = PATH) -> dict[str, str]:
    moment, nonce = str(int(time.time() + seconds)), "0" * 24
    return {
        "x-timestamp": moment,
        "x-nonce": nonce,
        "x-signature": signature(secret, "POST", path, moment, nonce, body_hash(body)),
    }


def believed(told: dict[str, str], *, body: bytes = BODY) -> bool:
    return signed_by(SECRET, method="POST", path=PATH, headers=told, body=body)


@pytest.mark.parametrize(
    ("seconds", "is_believed"), [(0, True), (1, True), (-1, True), (250, True), (600, False), (-600, False)]
)
def test_clocks_may_differ_by_minutes_not_more(seconds: int, is_believed: bool) -> None:
    assert believed(headers(seconds=seconds)) is is_believed


def test_another_secret_path_or_body_is_not_believed() -> None:
    assert not believed(headers(secret="other"))
    assert not believed(headers(path="/v1/callbacks/other"))
    assert not believed(headers(), body=BODY + b" ")
    assert not believed({**headers(), "x-timestamp": "soon"})
    assert not believed({})
