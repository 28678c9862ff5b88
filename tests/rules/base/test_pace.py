"""Nobody gets more than their share in any stretch of time, whoever waits as told gets in, and nobody pays for others."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from xindai.base import door
from xindai.base.pace import SEVERAL, Pace, Paces


@given(st.integers(2, 600), st.lists(st.floats(0, 5), max_size=80))
def test_in_any_stretch_no_more_go_through_than_the_bucket_and_its_flow(a_minute: int, pauses: list[float]) -> None:
    pace, at, let_in = Pace(a_minute), 100.0, []
    for pause in pauses:
        at += pause
        if pace.wait("somebody", at=at) == 0:
            let_in.append(at)
    for first, begun in enumerate(let_in):
        for last, ended in enumerate(let_in[first:], start=1):
            assert last <= pace.at_once + (ended - begun) * pace.rate + 1e-6


@given(st.integers(2, 600), st.integers(0, 400))
def test_whoever_waits_as_told_gets_in(a_minute: int, asked: int) -> None:
    pace = Pace(a_minute)
    for _ in range(asked):
        pace.wait("somebody", at=0.0)
    while (seconds := pace.wait("somebody", at=0.0)) == 0:
        pass
    assert pace.wait("somebody", at=float(seconds)) == 0
    assert pace.wait("another", at=0.0) == 0


def test_the_idle_are_forgotten_first_and_lose_nothing_by_it() -> None:
    pace = Pace(60, most_callers=3)
    for caller in ("idle", "a", "b"):
        pace.wait(caller, at=0.0)
    while pace.wait("a", at=1.0) == 0:
        pass
    pace.wait("c", at=1.0)
    assert pace.wait("a", at=1.0) > 0
    assert pace.wait("idle", at=1.0) == 0


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A door whose clock stands still."""
    monkeypatch.setattr(door.time, "monotonic", lambda: 100.0)
    app = FastAPI()

    def answer() -> bool:
        return True

    for path in ("/v1/thing", "/v1/notice", "/health/live"):
        app.add_api_route(path, answer, methods=["GET", "POST"])
    door.harden(app, unpaced={"/v1/notice"})
    app.state.paces = Paces(20, proxies=1)
    return TestClient(app)


def asks(client: TestClient, token: str, address: str = "203.0.113.7", path: str = "/v1/thing") -> int:
    return client.get(path, headers={"Authorization": f"Bearer {token}", "X-Forwarded-For": address}).status_code


def test_a_session_that_asks_for_too_much_is_told_when_to_come_back(client: TestClient) -> None:
    answers = [asks(client, "one") for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2
    refused = client.get("/v1/thing", headers={"Authorization": "Bearer one", "Accept-Language": "zh-CN"})
    assert (refused.json()["code"], refused.headers["Retry-After"]) == ("too_many_requests", "3")
    assert "3 秒" in refused.json()["detail"]
    assert (asks(client, "another"), asks(client, "one", path="/health/live")) == (200, 200)


def test_made_up_tokens_are_counted_by_their_address(client: TestClient) -> None:
    answers = [asks(client, f"made up {number}") for number in range(SEVERAL * 10 + 5)]
    assert answers == [200] * SEVERAL * 10 + [429] * 5
    assert asks(client, "somebody", address="203.0.113.8") == 200
    notices = [client.post("/v1/notice", headers={"X-Forwarded-For": "203.0.113.7"}).status_code for _ in range(5)]
    assert notices == [200] * 5
