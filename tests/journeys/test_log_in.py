"""Who comes in, by which door, on which device; what guessing and asking for too much gets."""

from collections.abc import Callable
from typing import Any

import pytest

from installations import installed
from refusals import code_of
from xindai_sandbox.client import Addresses, Borrower, Caller, World

Made = Callable[..., Borrower]


def pressed(where: Addresses, phone: str) -> dict[str, str]:
    """The codes that WeChat gives to somebody who opens the mini-program."""
    found: dict[str, str] = Caller(where.world).post("/_control/wechat-codes", {"phone": phone})
    return found


def test_wechat_brings_somebody_back_without_asking_for_the_phone_again(
    where: Addresses, person: Callable[..., dict[str, Any]]
) -> None:
    door, phone = Caller(where.api), person()["phone"]
    codes = pressed(where, phone)
    first = {"code": codes["code"]}
    assert code_of(lambda: door.post("/v1/wechat/sessions", first)) == "phone_needed"
    assert code_of(lambda: door.post("/v1/wechat/sessions", first)) == "wechat_code_wrong"  # a code serves once
    codes = pressed(where, phone)
    come = door.post("/v1/wechat/sessions", {**codes, "device": "小米 14"})
    back = door.post("/v1/wechat/sessions", {"code": pressed(where, phone)["code"]})
    assert back["person_id"] == come["person_id"]
    assert back["token"] != come["token"]
    assert Caller(where.api, back["token"]).get("/v1/applications")["data"] == []


def test_wechat_and_phone_code_lead_to_the_same_person(where: Addresses, borrower: Made) -> None:
    one = borrower()
    mine = one.get("/v1/sessions")["data"][0]
    by_wechat = Caller(where.api).post("/v1/wechat/sessions", pressed(where, one.person["phone"]))
    sessions = Caller(where.api, by_wechat["token"]).get("/v1/sessions")["data"]
    assert {mine["id"]} < {session["id"] for session in sessions}


def test_a_session_is_seen_and_ended_from_another_device(where: Addresses, borrower: Made) -> None:
    one, stranger = borrower(), borrower()
    token = Caller(where.api).post("/v1/wechat/sessions", {**pressed(where, one.person["phone"]), "device": "平板"})
    tablet = Caller(where.api, token["token"])
    sessions = one.get("/v1/sessions")["data"]
    assert [(session["device"], session["is_this"]) for session in sessions] == [("平板", False), ("", True)]
    assert code_of(lambda: stranger.delete(f"/v1/sessions/{sessions[0]['id']}")) == "session_not_found"
    one.delete(f"/v1/sessions/{sessions[0]['id']}")
    assert code_of(lambda: tablet.get("/v1/sessions")) == "not_logged_in"
    assert len(one.get("/v1/sessions")["data"]) == 1


def test_a_session_bound_to_a_device_opens_nowhere_else(where: Addresses, borrower: Made) -> None:
    one = borrower()
    codes = pressed(where, one.person["phone"])
    device = "the app's own name 0123456789"
    token = Caller(where.api).post("/v1/wechat/sessions", {**codes, "device": "手机", "device_id": device})["token"]
    thief, owner = Caller(where.api, token), Caller(where.api, token)
    for stolen in (None, "another device 0123456789"):
        if stolen:
            thief._http.headers["X-Device-Id"] = stolen
        assert code_of(lambda: thief.get("/v1/identity")) == "not_logged_in"
        assert code_of(lambda: thief.get("/v1/sessions")) == "not_logged_in"
    owner._http.headers["X-Device-Id"] = device
    assert owner.get("/v1/identity")["level"] == 0
    assert [session["is_this"] for session in owner.get("/v1/sessions")["data"]] == [True, False]


def test_a_new_device_is_told_to_whoever_has_others(where: Addresses, world: World, borrower: Made) -> None:
    one = borrower()
    phone = one.person["phone"]

    def log_in(device: str) -> None:
        codes = pressed(where, phone)
        Caller(where.api).post("/v1/wechat/sessions", {**codes, "device": device, "device_id": f"{device}-0123456789"})

    def warned() -> int:
        return sum("新设备" in message["text"] for message in world.messages(phone))

    log_in("first")
    log_in("first")
    assert warned() == 0
    log_in("second")
    deadline = 200
    while not warned() and deadline:
        one.get("/v1/sessions")
        deadline -= 1
    log_in("second")
    one.apply("3000.00", 6)
    assert warned() == 1


def test_codes_go_by_the_other_sender_where_the_first_is_silent(
    tmp_path_factory: pytest.TempPathFactory, person: Callable[..., dict[str, Any]]
) -> None:
    home = tmp_path_factory.mktemp("codes") / "var"
    with installed(home, XINDAI_CODES="tencent,house") as where:
        world = World(where.world)
        one = person()
        world.register([one])
        Borrower(where, one)
        world.fail("tencent", "SendSms", "server_error")
        Borrower(where, one)
        world.fail("tencent", "SendSms", "refuse")
        world.fail("sms", "send", "server_error", times=2)
        assert code_of(lambda: Borrower(where, one)) == "sms_unavailable"


def test_wechat_that_has_forgotten_our_token_is_asked_for_a_new_one(
    where: Addresses, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    door, phone = Caller(where.api), person()["phone"]
    door.post("/v1/wechat/sessions", pressed(where, phone))
    world.fail("wechat", "token", "refuse")
    assert door.post("/v1/wechat/sessions", pressed(where, phone))["token"]


@pytest.mark.parametrize(
    ("operation", "kind"),
    [("code2session", "garbage"), ("code2session", "server_error"), ("phone_number", "refuse")],
)
def test_wechat_that_fails_lets_nobody_in_and_says_so(
    where: Addresses, world: World, person: Callable[..., dict[str, Any]], operation: str, kind: str
) -> None:
    door, phone = Caller(where.api), person()["phone"]
    world.fail("wechat", operation, kind)
    assert code_of(lambda: door.post("/v1/wechat/sessions", pressed(where, phone))) == "wechat_unavailable"


def test_guessing_locks_the_phone_for_the_right_code_too(
    where: Addresses, world: World, person: Callable[..., dict[str, Any]]
) -> None:
    door, phone = Caller(where.api), person()["phone"]
    for _ in range(3):
        sent = door.post("/v1/phone-codes", {"phone": phone})["id"]
        right = next(one["text"] for one in world.messages(phone) if one["message_id"] == sent)
        for guess in range(5):
            wrong = f"{guess:06d}"
            assert wrong not in right
            body = {"phone_code_id": sent, "phone": phone, "code": wrong}
            assert code_of(lambda body=body: door.post("/v1/sessions", body)) == "code_wrong"
    assert code_of(lambda: door.post("/v1/phone-codes", {"phone": phone})) == "too_many_codes"


def test_consents_are_given_in_the_words_of_today_and_show_what_they_were_used_for(borrower: Made) -> None:
    one = borrower()
    texts = {text["scope"]: text for text in one.get("/v1/consent-texts")["data"]}
    assert code_of(lambda: one.post("/v1/consents", {"scope": "face"})) == "request_invalid"
    unseen = {"scope": "face", "text_hash": texts["social"]["hash"]}
    assert code_of(lambda: one.post("/v1/consents", unseen)) == "consent_text_changed"
    assert one.get("/v1/consents")["data"] == []
    one.apply("3000.00", 6, consents=("identity", "bureau"))
    held = {grant["scope"]: grant for grant in one.get("/v1/consents")["data"]}
    assert set(held) == {"identity", "bureau"}
    uses = one.get(f"/v1/consents/{held['bureau']['id']}/uses")["data"]
    assert [(use["by"], use["what"], use["facts"]["reason"]) for use in uses] == [
        ("central bureau", "bureau_report_pulled", "loan_approval")
    ]
    assert code_of(lambda: borrower().get(f"/v1/consents/{held['bureau']['id']}/uses")) == "consent_not_found"
    gone = one.delete("/v1/consents/bureau")
    assert (gone["withdrawn"], gone["follows"]["zh"]) == (1, texts["bureau"]["withdrawn"]["zh"])
    assert [grant["scope"] for grant in one.get("/v1/consents")["data"]] == ["identity"]
    everything = one.get("/v1/consents", ended=True)["data"]
    assert [grant["scope"] for grant in everything if grant["withdrawn_at"]] == ["bureau"]


def test_who_lets_no_machine_decide_alone_is_decided_on_by_people(borrower: Made, staff: Any) -> None:
    one = borrower()
    application = one.apply("3000.00", 6, consents=("identity", "bureau"))
    assert application["status"] == "in_review"
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert decision["outcome"] == "review"
    assert decision["trace"]["by_person"] == "approve"
