"""What must not be seen by accident: names, ID numbers, phones, cards. They print as masks; `reveal` is explicit.

The masks follow the practice of JR/T 0171-2020: family name kept, ID first 3 and last 4, card first 6 and last 4,
phone first 3 and last 4.
"""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar, Self

from stdnum import luhn, numdb
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from xindai.values.refusal import Refusal


class IdNumberWrong(Refusal):
    """The check digit, the birth date or the region says that this is no resident ID number."""

    code = "id_number_invalid"
    en = "This is not a valid resident ID number; please check each digit."
    zh = "身份证号码有误，请逐位核对。"


class CardNumberWrong(Refusal):
    """The check digit (Luhn, ISO/IEC 7812-1) says that this is no card number."""

    code = "card_number_invalid"
    en = "This is not a valid bank card number; please check each digit."
    zh = "银行卡号有误，请逐位核对。"


class PhoneWrong(Refusal):
    """Not a mainland mobile number."""

    code = "phone_invalid"
    en = "This is not a mainland mobile number of eleven digits."
    zh = "请输入 11 位大陆手机号。"


class NameWrong(Refusal):
    """Not a name as an ID card shows it."""

    code = "name_invalid"
    en = "Please enter the name as it stands on the ID card."
    zh = "请输入与身份证一致的姓名。"


class Masked:
    """Base: equal by value, printed as a mask, never formatted in the clear."""

    __slots__ = ("_value",)
    classification: ClassVar[str] = "C2"

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value in the clear: say it only where it must leave us or be kept encrypted."""
        return self._value

    def mask(self) -> str:
        """What may be shown."""
        return "***"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.mask()})"

    __str__ = mask

    def __format__(self, spec: str) -> str:
        return format(self.mask(), spec)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._value == other._value

    def __hash__(self) -> int:
        return hash((type(self), self._value))


class Secret(Masked):
    """A key, a code, a token."""

    classification = "C3"

    def __str__(self) -> str:
        return self.mask()


class PersonName(Masked):
    """A name; the mask keeps the first character."""

    @classmethod
    def parse(cls, text: object, *, field: str = "name") -> Self:
        """A name of Chinese characters (· between parts) or Latin letters, 2 to 50 long."""
        if not isinstance(text, str) or not re.fullmatch(r"[\u3400-\u9fff·]{2,30}|[A-Za-z][A-Za-z .'-]{1,49}", text):
            raise NameWrong(field=field)
        return cls(text)

    def mask(self) -> str:
        """李**."""
        return self._value[0] + "*" * (len(self._value) - 1)

    __str__ = mask


class IdNumber(Masked):
    """An 18-character resident ID number (GB 11643-1999)."""

    @classmethod
    def parse(cls, text: object, *, field: str = "id_number") -> Self:
        """Checked by length, check digit (ISO 7064 MOD 11-2), birth date and region.

        A region counts if it ever had that code: people keep the number they were given, also where the code was first
        used after they were born, or is used no more.
        """
        if not isinstance(text, str) or not re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]", text):
            raise IdNumberWrong(field=field)
        number = text.upper()
        try:
            ric.get_birth_date(number)
        except ValidationError:
            raise IdNumberWrong(field=field) from None
        if number[-1] != ric.calc_check_digit(number) or not numdb.get("cn/loc").info(number[:6])[0][1]:
            raise IdNumberWrong(field=field)
        return cls(number)

    @property
    def born_on(self) -> date:
        """The birth date that the number carries."""
        return date(int(self._value[6:10]), int(self._value[10:12]), int(self._value[12:14]))

    @property
    def sex(self) -> str:
        """`male` where the digit before the last is odd, else `female`."""
        return "male" if int(self._value[16]) % 2 else "female"

    @property
    def province(self) -> str:
        """Where the number was given first, by its name (GB/T 2260)."""
        return str(numdb.get("cn/loc").info(self._value[:2])[0][1].get("province", ""))

    def age(self, on: date) -> int:
        """Full years on the day `on`."""
        born = self.born_on
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

    def mask(self) -> str:
        """First three and last four."""
        return self._value[:3] + "*" * 11 + self._value[-4:]

    __str__ = mask


class CardNumber(Masked):
    """A bank card number of 13 to 19 digits."""

    @classmethod
    def parse(cls, text: object, *, field: str = "card_number") -> Self:
        """Checked by length and the Luhn digit."""
        if not isinstance(text, str) or not re.fullmatch(r"[0-9]{13,19}", text) or not luhn.is_valid(text):
            raise CardNumberWrong(field=field)
        return cls(text)

    def mask(self) -> str:
        """First six and last four."""
        return self._value[:6] + "*" * (len(self._value) - 10) + self._value[-4:]

    __str__ = mask


class Phone(Masked):
    """A mainland mobile number."""

    @classmethod
    def parse(cls, text: object, *, field: str = "phone") -> Self:
        """Eleven digits, beginning 13 to 19."""
        if not isinstance(text, str) or not re.fullmatch(r"1[3-9][0-9]{9}", text):
            raise PhoneWrong(field=field)
        return cls(text)

    def mask(self) -> str:
        """138****1234."""
        return self._value[:3] + "****" + self._value[-4:]

    __str__ = mask


def masked_text(text: str) -> str:
    """A text of which the first two characters, and the last four of a long one, may be shown."""
    if len(text) <= 4:
        return text[:1] + "*" * (len(text) - 1)
    return text[:2] + "*" * (len(text) - 6) + text[-4:] if len(text) > 8 else text[:2] + "*" * (len(text) - 2)
