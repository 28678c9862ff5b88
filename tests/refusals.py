"""What the API says no with."""

from collections.abc import Callable
from typing import Any

import pytest

from xindai_sandbox.client import Refused


def code_of(do: Callable[[], Any]) -> str:
    """The stable code of a refusal that must come."""
    with pytest.raises(Refused) as refused:
        do()
    return refused.value.code
