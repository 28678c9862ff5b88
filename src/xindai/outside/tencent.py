"""Tencent Cloud by its own SDK: four elements, faces, and papers (wire: the vendor's API 3.0, signed TC3-HMAC-SHA256).

The vendor's numbers are turned into our nouns here. Numbers that only say that nobody looked (busy, over the limit) are faults:
they prove nothing about a person.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xindai.base.http import ProviderDown, ProviderFault
from xindai.base.log import PROVIDER_CALLS
from xindai.base.wrapping import KeysUnreachable
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.documents import papers
from xindai.onboarding.documents.model import Field, Kind, Prepared, Reading
from xindai.onboarding.identity.model import Person, PhoneStatus, Proof
from xindai.outside.kyc import Checked, FaceBegun, Looked, allows
from xindai.outside.reading import reading
from xindai.outside.sms import Delivered, Reply
from xindai.values import json_text
from xindai.values.masked import IdNumber, PersonName, Phone, PhoneWrong, Secret

NOBODY_LOOKED = {"-18", "-19", "-20"}
STATUSES: dict[Any, PhoneStatus] = {
    0: PhoneStatus.IN_SERVICE,
    **dict.fromkeys((1, 2, 4, 5), PhoneStatus.OUT_OF_SERVICE),
}
"""In use; stopped, cancelled, not in the network, not usable."""
PULLED_AT_ONCE = 100
READ_SURELY = 9500
"""The vendor tells no confidence for a field; what it returns at all counts as this sure (basis points)."""
WARNINGS = {-9101: "cropped", -9105: "cropped", -9107: "glare", -9111: "cropped", -9112: "glare"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account with the vendor: the flow of its face check, its application, signature and template of text messages.

    `endpoint` is where it answers; empty, at the vendor's own hosts.
    """

    secret_id: str
    secret_key: str
    face_rule: str = "1"
    sms_app: str = "1400000000"
    sms_sign: str = "信贷"
    sms_code_template: str = "1"
    endpoint: str = ""
    region: str = "ap-guangzhou"


def _faceid() -> Any:
    from tencentcloud.faceid.v20180301.faceid_client import FaceidClient

    return FaceidClient


def _ocr() -> Any:
    from tencentcloud.ocr.v20181119.ocr_client import OcrClient

    return OcrClient


def _sms() -> Any:
    from tencentcloud.sms.v20210111.sms_client import SmsClient

    return SmsClient


def _kms() -> Any:
    from tencentcloud.kms.v20190118.kms_client import KmsClient

    return KmsClient


class _Service:
    """One service of the vendor; its SDK is loaded when it is first called."""

    def __init__(self, account: Account, service: Callable[[], Any], *, timeout: int = 5) -> None:
        self._account = account
        self._service = service
        self._timeout = timeout

    @cached_property
    def _client(self) -> Any:
        from tencentcloud.common.credential import Credential
        from tencentcloud.common.profile.client_profile import ClientProfile
        from tencentcloud.common.profile.http_profile import HttpProfile

        account = self._account
        scheme, _, host = account.endpoint.rpartition("://")
        http = HttpProfile(protocol=scheme or "https", endpoint=host or None, reqTimeout=self._timeout, keepAlive=True)
        credential = Credential(account.secret_id, account.secret_key)
        return self._service()(credential, account.region, ClientProfile(httpProfile=http))

    def call(self, action: str, question: dict[str, Any]) -> dict[str, Any]:
        """The vendor's answer. Raises ProviderDown, ProviderFault."""
        from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

        try:
            told = self._client.call_json(action, question)["Response"]
        except TencentCloudSDKException as error:
            down = error.get_code() == "ClientNetworkError" and "refused" in str(error.get_message())
            PROVIDER_CALLS.labels("tencent", action, "down" if down else "fault").inc()
            raise (ProviderDown if down else ProviderFault)(f"tencent: {error.get_code()}") from None
        except Exception as error:  # noqa: BLE001 - whatever the SDK stumbles over, it is no answer
            PROVIDER_CALLS.labels("tencent", action, "fault").inc()
            raise ProviderFault(f"tencent: {type(error).__name__}") from None
        try:
            told = json_text.read(json.dumps(told))
        except json_text.Unreadable as error:
            PROVIDER_CALLS.labels("tencent", action, "fault").inc()
            raise ProviderFault(f"tencent: {error}") from None
        if not isinstance(told, dict):
            raise ProviderFault("tencent: no answer")
        PROVIDER_CALLS.labels("tencent", action, "answered").inc()
        return told


class TencentKeys:
    """A key of the vendor's key service (`Encrypt`, `Decrypt`) that wraps ours; it never leaves the service."""

    name = "tencent_kms"

    def __init__(self, account: Account, key: str) -> None:
        self._service = _Service(account, _kms)
        self._key = key

    def wrap(self, key: bytes) -> str:
        """Refuses: KeysUnreachable."""
        told = self._call("Encrypt", {"KeyId": self._key, "Plaintext": base64.b64encode(key).decode()})
        wrapped = told.get("CiphertextBlob")
        if not isinstance(wrapped, str) or not wrapped:
            raise KeysUnreachable(why="the key service wrapped nothing.")
        return wrapped

    def unwrap(self, wrapped: str) -> bytes:
        """Refuses: KeysUnreachable."""
        try:
            return base64.b64decode(self._call("Decrypt", {"CiphertextBlob": wrapped})["Plaintext"], validate=True)
        except (KeyError, TypeError, ValueError):
            raise KeysUnreachable(why="the key service tells no key.") from None

    def _call(self, action: str, question: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._service.call(action, question)
        except ProviderFault as fault:
            raise KeysUnreachable(why=f"{fault}.") from None


class TencentFourElements:
    """`BankCard4EVerification`, then the register of residents, then whether the phone is in service."""

    name, fen = "tencent", 60

    def __init__(self, account: Account) -> None:
        self._service = _Service(account, _faceid)

    def check(self, grant: Grant, person: Person) -> Checked:
        """Raises ProviderFault."""
        allows(grant, Scope.IDENTITY, person)
        assert person.name is not None
        assert person.id_number is not None
        assert person.card_number is not None
        told = self._service.call(
            "BankCard4EVerification",
            {
                "Name": person.name.reveal(),
                "BankCard": person.card_number.reveal(),
                "Phone": person.phone.reveal(),
                "IdCard": person.id_number.reveal(),
                "CertType": 0,
            },
        )
        result = str(told.get("Result"))
        if result in NOBODY_LOOKED or not result.lstrip("-").isdigit():
            raise ProviderFault(f"tencent: four elements {result}")
        proven = result == "0" and self._is_registered(person.name, person.id_number)
        phone = self._phone_status(person.phone) if proven else PhoneStatus.UNKNOWN
        return Checked(Proof.PROVEN if proven else Proof.REFUTED, str(told.get("RequestId", "")), phone)

    def _is_registered(self, name: PersonName, id_number: IdNumber) -> bool:
        """`IdCardVerification`: whether the register of residents knows the number under that name."""
        told = self._service.call("IdCardVerification", {"Name": name.reveal(), "IdCard": id_number.reveal()})
        result = str(told.get("Result"))
        if result not in {"0", "-1", "-5"}:
            raise ProviderFault(f"tencent: register {result}")
        return result == "0"

    def _phone_status(self, phone: Phone) -> PhoneStatus:
        """`MobileStatus`; a network that does not say leaves it unknown, and stops nobody."""
        try:
            told = self._service.call("MobileStatus", {"Mobile": phone.reveal()})
        except ProviderFault:
            return PhoneStatus.UNKNOWN
        if str(told.get("Result")) != "0":
            return PhoneStatus.UNKNOWN
        code = told.get("StatusCode")
        return STATUSES.get(code, PhoneStatus.UNKNOWN) if isinstance(code, int) else PhoneStatus.UNKNOWN


class TencentFaces:
    """`DetectAuth` and `GetDetectInfoEnhanced`: only the verdict is asked for, never a picture."""

    name, fen = "tencent", 100

    def __init__(self, account: Account) -> None:
        self._service = _Service(account, _faceid)
        self._rule = account.face_rule

    def begin(self, grant: Grant, person: Person, *, return_url: str) -> FaceBegun:
        """Raises ProviderFault."""
        allows(grant, Scope.FACE, person)
        assert person.name is not None
        assert person.id_number is not None
        told = self._service.call(
            "DetectAuth",
            {
                "RuleId": self._rule,
                "IdCard": person.id_number.reveal(),
                "Name": person.name.reveal(),
                "RedirectUrl": return_url,
                "Extra": grant.id,
            },
        )
        token, url = told.get("BizToken"), told.get("Url")
        if not (isinstance(token, str) and token and isinstance(url, str) and url.startswith(("https://", "http://"))):
            raise ProviderFault("tencent: no face check begun")
        return FaceBegun(Secret(token), url)

    def result(self, grant: Grant, person: Person, token: Secret) -> Looked:
        """Passed only where face, life and the very ID number agree. Raises ProviderFault."""
        allows(grant, Scope.FACE, person)
        assert person.id_number is not None
        question = {"BizToken": token.reveal(), "RuleId": self._rule, "InfoType": "1"}
        text = self._service.call("GetDetectInfoEnhanced", question).get("Text")
        if not isinstance(text, dict) or text.get("ErrCode") is None:
            return Looked.PENDING
        if text["ErrCode"] != 0 or text.get("LiveStatus") != 0 or text.get("Comparestatus") != 0:
            return Looked.FAILED
        return Looked.PASSED if text.get("IdCard") == person.id_number.reveal() else Looked.FAILED


class _Messages:
    """`SendSms`, which takes what the vendor has admitted as a template."""

    name, fen = "tencent", 5

    def __init__(self, account: Account) -> None:
        self._service = _Service(account, _sms)
        self._account = account

    def _sent(self, message_id: str, phone: Phone, template: str, places: Sequence[str]) -> None:
        told = self._service.call(
            "SendSms",
            {
                "PhoneNumberSet": [f"+86{phone.reveal()}"],
                "SmsSdkAppId": self._account.sms_app,
                "SignName": self._account.sms_sign,
                "TemplateId": template,
                "TemplateParamSet": list(places),
                "SessionContext": message_id,
            },
        )
        sent = told.get("SendStatusSet")
        if not (
            isinstance(sent, list) and len(sent) == 1 and isinstance(sent[0], dict) and sent[0].get("Code") == "Ok"
        ):
            raise ProviderFault("tencent: the message was not taken")


class TencentCodes(_Messages):
    """The template of a code: its two places are the code and the minutes."""

    def send_code(self, *, message_id: str, phone: Phone, code: Secret, minutes: int) -> bool:
        """Raises ProviderFault."""
        self._sent(message_id, phone, self._account.sms_code_template, [code.reveal(), str(minutes)])
        return True


class TencentTexts(_Messages):
    """Our notices, each admitted as a template of its own (`templates`, by topic and language); receipts and answers are pulled."""

    def __init__(self, account: Account, templates: Mapping[str, str]) -> None:
        super().__init__(account)
        self._templates = templates

    def send_text(self, *, message_id: str, phone: Phone, text: str, named: str) -> bool | None:
        """None where the vendor has no template of that name. Raises ProviderFault."""
        del text
        template = self._templates.get(named)
        if template is None:
            return None
        self._sent(message_id, phone, template, ())
        return True

    def pull(self) -> Sequence[Delivered | Reply]:
        """`PullSmsSendStatus` and `PullSmsReplyStatus`; what was pulled once does not come again. Raises ProviderFault."""
        asked = {"SmsSdkAppId": self._account.sms_app, "Limit": PULLED_AT_ONCE}
        reports = _rows(self._service.call("PullSmsSendStatus", asked).get("PullSmsSendStatusSet"))
        try:
            replies = _rows(self._service.call("PullSmsReplyStatus", asked).get("PullSmsReplyStatusSet"))
        except ProviderFault:
            if not reports:
                raise
            replies = []
        found: list[Delivered | Reply] = []
        for one in reports:
            arrived = one.get("ReportStatus") == "SUCCESS"
            why = None if arrived else str(one.get("Description", ""))[:200]
            found.append(Delivered(str(one.get("SessionContext"))[:200], arrived, why))
        for one in replies:
            try:
                phone = Phone.parse(str(one.get("PhoneNumber")).removeprefix("+86"))
            except PhoneWrong:
                continue
            found.append(Reply(phone, str(one.get("ReplyContent"))[:200]))
        return found


class TencentReader:
    """`IDCardOCR`, `BankCardOCR`, `BizLicenseOCR`."""

    name, fen = "tencent", 12

    def __init__(self, account: Account) -> None:
        self._service = _Service(account, _ocr, timeout=10)

    def read(self, grant: Grant, kind: Kind, prepared: Prepared) -> Reading | None:
        """Raises ProviderFault."""
        assert grant.scope is Scope.DOCUMENTS
        asked = _QUESTIONS.get(kind)
        if asked is None:
            return None
        action, extra = asked
        picture = base64.b64encode(prepared.pages[0].jpeg).decode()
        told = self._service.call(action, {"ImageBase64": picture, **extra})
        fields = {name: Field(value, READ_SURELY) for name, value in _FIELDS[kind](told).items() if value}
        codes = told.get("WarningCode") or told.get("RecognizeWarnCode")
        warned = {WARNINGS.get(code) for code in (codes if isinstance(codes, list) else ()) if isinstance(code, int)}
        return reading(self.name, kind, prepared, fields, cropped="cropped" in warned)


_QUESTIONS: dict[Kind, tuple[str, dict[str, Any]]] = {
    Kind.ID_CARD_FRONT: ("IDCardOCR", {"CardSide": "FRONT"}),
    Kind.ID_CARD_BACK: ("IDCardOCR", {"CardSide": "BACK"}),
    Kind.BANK_CARD: ("BankCardOCR", {}),
    Kind.BUSINESS_LICENCE: ("BizLicenseOCR", {}),
}


def _front(told: dict[str, Any]) -> dict[str, str]:
    return {
        "name": _text(told, "Name"),
        "sex": _text(told, "Sex"),
        "ethnicity": _text(told, "Nation"),
        "born_on": papers.day(_text(told, "Birth")),
        "address": _text(told, "Address"),
        "id_number": _text(told, "IdNum").upper(),
    }


def _back(told: dict[str, Any]) -> dict[str, str]:
    begins, ends = papers.term(_text(told, "ValidDate"))
    return {"authority": _text(told, "Authority"), "valid_from": begins, "valid_until": ends}


def _bank_card(told: dict[str, Any]) -> dict[str, str]:
    return {"card_number": _text(told, "CardNo").replace(" ", "")}


def _licence(told: dict[str, Any]) -> dict[str, str]:
    return {
        "uscc": _text(told, "RegNum").upper(),
        "business_name": _text(told, "Name"),
        "business_kind": _text(told, "Type"),
        "legal_representative": _text(told, "Person"),
        "capital": _text(told, "Capital"),
        "founded_on": papers.day(_text(told, "SetDate")),
        "address": _text(told, "Address"),
    }


_FIELDS = {
    Kind.ID_CARD_FRONT: _front,
    Kind.ID_CARD_BACK: _back,
    Kind.BANK_CARD: _bank_card,
    Kind.BUSINESS_LICENCE: _licence,
}


def _rows(told: Any) -> list[dict[str, Any]]:
    """Those that are rows at all: what was pulled comes no second time, so one that is none costs no other."""
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def _text(told: dict[str, Any], name: str) -> str:
    found = told.get(name)
    return found.strip()[:200] if isinstance(found, str) else ""
