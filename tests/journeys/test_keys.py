"""A key service wraps our keys: by the vendor's own SDK, on its wire."""

import json
from pathlib import Path

import pytest

from xindai.base import crypto
from xindai.base.wrapping import KeysUnreachable
from xindai.outside.world import key_service
from xindai_sandbox.client import Addresses, World


@pytest.fixture
def keys(home: Path, tmp_path: Path) -> Path:
    """A ring of our own, with the account that the world knows."""
    crypto.write_secret(tmp_path / "keys" / "providers.json", (home / "keys" / "providers.json").read_text())
    return tmp_path / "keys"


def test_a_key_service_wraps_the_ring_and_opens_it(where: Addresses, keys: Path) -> None:
    plain = crypto.load_ring(keys)
    service = key_service("kms-one", endpoint=where.world, keys=keys)
    wrapped = crypto.load_ring(keys, under=(service,))
    kept = json.loads((keys / "fields.json").read_text())
    assert kept["wrapped_by"] == "tencent_kms"
    assert plain.keys[1].hex() not in str(kept)
    assert wrapped == plain
    assert crypto.load_ring(keys, under=(service,)) == plain
    assert crypto.grown(wrapped, 2).keys[1] == plain.keys[1]


@pytest.mark.parametrize(
    ("action", "kind"), [("Decrypt", "garbage"), ("Decrypt", "refuse"), ("Encrypt", "server_error")]
)
def test_a_service_that_fails_is_named_and_loses_no_key(
    where: Addresses, world: World, keys: Path, action: str, kind: str
) -> None:
    plain = crypto.load_ring(keys)
    service = key_service("kms-one", endpoint=where.world, keys=keys)
    if action == "Decrypt":
        crypto.load_ring(keys, under=(service,))
    world.fail("tencent", action, kind, times=1)
    with pytest.raises(KeysUnreachable, match="tencent"):
        crypto.load_ring(keys, under=(service,))
    assert crypto.load_ring(keys, under=(service,)) == plain
    nobody = key_service("kms-one", endpoint="http://127.0.0.1:1", keys=keys)
    with pytest.raises(KeysUnreachable):
        crypto.load_ring(keys, under=(nobody,))
