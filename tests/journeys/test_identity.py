"""Who somebody is, proven in steps: elements, papers, face; by whichever provider answers."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from installations import installed
from refusals import code_of
from xindai_sandbox import specimens
from xindai_sandbox.client import Addresses, Borrower, Caller, Staff, World

Made = Callable[..., Borrower]


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """An installation that asks the vendor first, by its own SDK, and the house after it."""
    home = tmp_path_factory.mktemp("vendor") / "var"
    with installed(home, reads=True, XINDAI_FOUR_ELEMENTS="tencent,house", XINDAI_READERS="tencent,own") as found:
        yield found


def look(where: Addresses, check: dict[str, Any], who: str) -> None:
    Caller(where.world).post("/_control/faces", {"url": check["url"], "who": who})


def proofs(one: Borrower) -> list[tuple[str, str]]:
    return [(proof["kind"], proof["provider"]) for proof in one.get("/v1/identity")["evidence"]]


def cost(where: Addresses, what: str, provider: str) -> float:
    text = httpx.get(f"{where.api}/metrics", trust_env=False).text
    found = re.search(rf'xindai_provider_cost_fen_total{{provider="{provider}",what="{what}"}} ([0-9.]+)', text)
    return float(found[1]) if found else 0.0


def test_a_person_is_known_better_step_by_step(where: Addresses, borrower: Made) -> None:
    one = borrower()
    assert one.get("/v1/identity")["level"] == 0
    one.allow("documents", "face")
    for kind in ("id_card_front", "id_card_back", "bank_card"):
        Caller(where.world).post("/_control/papers", {"kind": kind, "fields": specimens.taken(kind, one.person).fields})
        paper = one.photograph(kind)
        assert (paper["status"], paper["read_by"]) == ("read", "tencent")
    assert code_of(lambda: one.post("/v1/face-checks")) == "identity_not_given"
    assert one.apply("3000.00", 6)["status"] == "offered"
    known = one.get("/v1/identity")
    assert (known["level"], known["status"]) == (2, "proven")
    assert one.person["name"] not in str(known)
    check = one.post("/v1/face-checks")
    assert one.post(f"/v1/face-checks/{check['id']}/results")["status"] == "begun"
    look(where, check, "self")
    assert one.post(f"/v1/face-checks/{check['id']}/results")["status"] == "passed"
    assert one.get("/v1/identity")["level"] == 3
    assert set(proofs(one)) == {("four_elements", "tencent"), ("id_card", "tencent"), ("face", "tencent")}
    assert cost(where, "face", "tencent") >= 100


def claimed(one: Borrower) -> Borrower:
    """Somebody who has said who they are, and lets a face be compared."""
    one.allow("face")
    one.apply("3000.00", 6)
    return one


@pytest.mark.parametrize("who", ["other", "photo"])
def test_anothers_id_with_ones_own_face_is_no_proof(where: Addresses, borrower: Made, who: str) -> None:
    one = claimed(borrower())
    check = one.post("/v1/face-checks")
    look(where, check, who)
    assert one.post(f"/v1/face-checks/{check['id']}/results")["status"] == "failed"
    look(where, check, "self")  # what came first stays
    assert one.post(f"/v1/face-checks/{check['id']}/results")["status"] == "failed"
    assert one.get("/v1/identity")["level"] == 1


def test_a_face_check_belongs_to_one_person_and_needs_their_consent(where: Addresses, borrower: Made) -> None:
    one, stranger = claimed(borrower()), claimed(borrower())
    check = one.post("/v1/face-checks")
    look(where, check, "self")
    assert code_of(lambda: stranger.post(f"/v1/face-checks/{check['id']}/results")) == "face_check_not_found"
    one.delete("/v1/consents/face")
    assert code_of(lambda: one.post(f"/v1/face-checks/{check['id']}/results")) == "consent_missing"
    assert code_of(lambda: one.post("/v1/face-checks")) == "consent_missing"


def test_a_few_looks_a_day_are_enough(borrower: Made) -> None:
    one = claimed(borrower())
    for _ in range(5):
        one.post("/v1/face-checks")
    assert code_of(lambda: one.post("/v1/face-checks")) == "too_many_face_checks"


@pytest.mark.parametrize("kind", ["server_error", "garbage", "refuse", "delay"])
def test_a_vendor_that_fails_is_done_without(where: Addresses, world: World, borrower: Made, kind: str) -> None:
    one = borrower()
    one.allow("documents")
    world.fail("tencent", "BankCard4EVerification", kind, seconds=6)
    world.fail("tencent", "BankCardOCR", "server_error" if kind == "delay" else kind)
    assert one.photograph("bank_card")["read_by"] == "own"
    assert one.apply("3000.00", 6)["status"] == "offered"
    assert proofs(one) == [("four_elements", "house")]


def test_faces_that_nobody_compares_leave_the_other_ways_open(where: Addresses, world: World, borrower: Made) -> None:
    one = claimed(borrower())
    world.fail("tencent", "DetectAuth", "server_error")
    assert code_of(lambda: one.post("/v1/face-checks")) == "face_check_unavailable"
    assert one.get("/v1/identity")["level"] == 1


def test_an_answer_that_says_no_is_believed_and_nobody_else_is_asked(
    where: Addresses, world: World, borrower: Made, staff: Staff, person: Callable[..., dict[str, Any]]
) -> None:
    owner, thief = person(), person()
    world.register([owner, thief])
    before = cost(where, "four_elements", "house")
    one = Borrower(where, {**thief, "id_number": owner["id_number"], "name": owner["name"]})
    application = one.apply("3000.00", 6)
    assert application["status"] == "declined"
    assert one.get("/v1/identity")["level"] == 0
    assert cost(where, "four_elements", "house") == before


@pytest.mark.parametrize("first", ["tencent", "house"])
def test_whom_no_register_knows_is_refuted_and_a_dead_phone_is_looked_at(
    where: Addresses, world: World, borrower: Made, staff: Staff, first: str
) -> None:
    if first == "house":
        world.fail("tencent", "BankCard4EVerification", "server_error", times=2)
    assert borrower(unregistered=True).apply("3000.00", 6)["status"] == "declined"
    one = borrower(phone_status="out_of_service")
    application = one.apply("3000.00", 6)
    assert application["status"] == "in_review"
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert decision["trace"]["phone"] == "out_of_service"
    assert proofs(one) == [("four_elements", first)]


def test_a_network_that_does_not_say_stops_nobody(where: Addresses, world: World, borrower: Made) -> None:
    world.fail("tencent", "MobileStatus", "server_error")
    assert borrower(phone_status="out_of_service").apply("3000.00", 6)["status"] == "offered"


def test_the_vendor_refuses_what_is_not_signed_with_our_key(where: Addresses) -> None:
    """The sandbox checks TC3-HMAC-SHA256, or the tests above would prove nothing about the SDK."""
    from xindai.base.http import ProviderFault
    from xindai.outside.tencent import Account, _faceid, _Service

    stranger = _Service(Account("sandbox", "another key", endpoint=where.world), _faceid)
    with pytest.raises(ProviderFault, match=r"AuthFailure\.SignatureFailure"):
        stranger.call("DetectAuth", {"RuleId": "1"})
    nobody = _Service(Account("somebody", "x", endpoint=where.world), _faceid)
    with pytest.raises(ProviderFault, match=r"AuthFailure\.SecretIdNotFound"):
        nobody.call("DetectAuth", {"RuleId": "1"})
    for moment in (0, 10**10):
        answer = httpx.post(where.world, headers={"X-TC-Timestamp": str(moment)}, trust_env=False)
        assert answer.json()["Response"]["Error"]["Code"] == "AuthFailure.SignatureExpire"


def test_the_page_of_the_sandbox_is_a_camera(where: Addresses, borrower: Made) -> None:
    one = claimed(borrower())
    check = one.post("/v1/face-checks")
    assert "镜头" in httpx.get(check["url"], trust_env=False).text
    back = httpx.post(check["url"], data={"who": "self"}, trust_env=False)
    assert back.headers["location"].endswith(f"/#/onboarding/face?check={check['id']}")
    assert one.post(f"/v1/face-checks/{check['id']}/results")["status"] == "passed"
    assert httpx.get(f"{where.world}/tencent/faces/nobody", trust_env=False).status_code == 404


def test_an_order_that_names_nobody_says_so(tmp_path: Path) -> None:
    from xindai.outside import world as outside

    place = outside.Where(
        world="http://x",
        wechat="http://x",
        reader="http://x",
        scanner="",
        tencent="http://x",
        ours="http://x",
        four_elements=("nobody",),
        readers=("own",),
        codes=("house",),
        texts=("house",),
        text_templates={},
        faces=(),
        rails=("house",),
        wechat_pay="http://x",
        keys=tmp_path,
        lender="某公司",
        account="8800",
        now=lambda: datetime.now(UTC),
    )
    with pytest.raises(outside.ProviderUnknown, match="house, tencent"):
        outside.connect(place, outside.provider_keys(tmp_path))
