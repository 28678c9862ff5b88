"""Around every request: bodies that go on and on, a database that is away, and bugs that show nothing."""

from collections.abc import Iterator

import psycopg
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from xindai.base import door, workflow


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    door.harden(app, larger={"/large": 1_000_000})

    @app.post("/small")
    @app.post("/large")
    async def count(request: Request) -> int:
        return len(await request.body())

    @app.get("/away/{how}")
    def away(how: str) -> None:
        raise {
            "pool": OperationalError("SELECT secret", {}, psycopg.OperationalError("gone")),
            "driver": psycopg.OperationalError("gone"),
            "journey": workflow.ended("RuntimeError: OperationalError: (psycopg.OperationalError) secret"),
            "failed journey": workflow.ended("ValueError: secret"),
            "bug": RuntimeError("secret"),
        }[how]

    return TestClient(app, raise_server_exceptions=False)


def stream(size: int) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    for _ in range(size // 1000):
        yield bytes(1000)


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [("/small", 200_000, 200), ("/small", 400_000, 413), ("/large", 400_000, 200), ("/large", 1_200_000, 413)],
)
def test_a_body_is_as_large_as_its_door_takes_whether_or_not_it_says_so(
    client: TestClient, path: str, size: int, status: int
) -> None:
    for content in (bytes(size), stream(size)):
        answer = client.post(path, content=content)
        assert answer.status_code == status
        assert answer.json() == size if status == 200 else answer.json()["code"] == "body_too_large"


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("pool", 503, "database_unavailable"),
        ("driver", 503, "database_unavailable"),
        ("journey", 503, "database_unavailable"),
        ("failed journey", 500, "internal_error"),
        ("bug", 500, "internal_error"),
    ],
)
def test_what_goes_wrong_here_is_answered_without_showing_it(
    client: TestClient, how: str, status: int, code: str
) -> None:
    answer = client.get(f"/away/{how}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "secret" not in answer.text
