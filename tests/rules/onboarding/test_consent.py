"""The words that are shown: whole, in both languages, and known by their hash."""

import copy
import json
from importlib import resources
from typing import Any

import pytest

from xindai.onboarding.consent.model import NEEDED, Scope, TextsUnreadable, parse_texts

SHIPPED = json.loads(
    resources.files("xindai.onboarding.consent").joinpath("texts.json").read_text(encoding="utf-8")
)  # fmt: skip


def test_every_scope_has_its_words_and_the_sensitive_ones_say_so() -> None:
    texts = parse_texts(SHIPPED)
    assert set(texts) == set(Scope)
    assert {scope for scope, text in texts.items() if not text.is_sensitive} == {Scope.AUTOMATED_DECISION}
    assert {scope for scope, text in texts.items() if text.is_needed} == set(NEEDED)
    assert texts[Scope.FACE].days <= 90


def test_any_changed_word_is_another_hash() -> None:
    texts = parse_texts(SHIPPED)
    hashes = {text.hash for text in texts.values()}
    for place, one in enumerate(SHIPPED["texts"]):
        for part in ("purpose", "data", "recipient", "without", "withdrawn"):
            changed = copy.deepcopy(SHIPPED)
            changed["texts"][place][part]["zh"] += "。"
            assert parse_texts(changed)[Scope(one["scope"])].hash not in hashes


def _broken(change: Any) -> dict[str, Any]:
    document = copy.deepcopy(SHIPPED)
    change(document)
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.pop("texts"),
        lambda one: one["texts"].pop(),
        lambda one: one["texts"][0].update(scope="soul"),
        lambda one: one["texts"][0].update(days=0),
        lambda one: one["texts"][0].update(stands_since="9999"),
        lambda one: one["texts"][0].update(purpose={"en": "For you."}),
        lambda one: one["texts"][0].update(purpose={"en": "For you.", "zh": " "}),
        lambda one: one.update(texts="none"),
    ],
)
def test_half_a_text_is_refused(change: Any) -> None:
    with pytest.raises(TextsUnreadable):
        parse_texts(_broken(change))
