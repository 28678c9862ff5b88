"""What comes with the product, and what an installation names to be taken instead: law, words, models, strategies, who wraps its keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from xindai.base.settings import Settings
from xindai.base.wrapping import KeyFile, Wrapping
from xindai.credit import scoring
from xindai.credit.models.model import EVER, OPERATOR, Submission, Use
from xindai.credit.strategies import graph
from xindai.onboarding.consent.model import Scope, Text, TextsUnreadable, parse_texts
from xindai.outside import world
from xindai.values import law

STARTERS = {
    Use.APPLICATION: "starter",
    Use.BUSINESS: "business",
    Use.FRAUD: "fraud",
    Use.BEHAVIOUR: "behaviour",
    Use.COLLECTION: "collection",
}
"""What judges when no model of one's own is named, by what it is for."""


def text(stage: str, path: str) -> str:
    """A file of a stage."""
    return resources.files(f"xindai.{stage}").joinpath(path).read_text(encoding="utf-8")


def strategy(name: str) -> graph.Strategy:
    """A strategy that comes with the product."""
    return graph.load(name, text("credit", f"strategies/{name}.json"))


def enact(file: Path) -> None:
    """Let an installation's own figures be the law. Refuses LawUnreadable."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise law.LawUnreadable(why=f"{file.name}: {error}") from None
    law.enact(law.parse(document))


def consent_texts(file: Path | None) -> dict[Scope, Text]:
    """The words that are shown today. Refuses TextsUnreadable."""
    comes_along = resources.files("xindai.onboarding.consent").joinpath("texts.json")
    try:
        document = json.loads((file or comes_along).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TextsUnreadable(why=str(error)) from None
    return parse_texts(document)


def wrappings(settings: Settings) -> tuple[Wrapping, ...]:
    """Who may have wrapped our keys; the first wraps them."""
    found: list[Wrapping] = []
    if settings.kms_key:
        found.append(world.key_service(settings.kms_key, endpoint=settings.tencent_url, keys=settings.keys))
    if settings.key_file:
        found.append(KeyFile(settings.key_file))
    return tuple(found)


def submissions(settings: Settings) -> Iterator[Submission]:
    """What was named to judge, or the starter. Refuses ModelUnreadable."""
    named = {
        Use.APPLICATION: settings.model,
        Use.BUSINESS: settings.business_model,
        Use.FRAUD: settings.fraud_model,
        Use.BEHAVIOUR: settings.behaviour_model,
        Use.COLLECTION: settings.collection_model,
    }
    for use, folder in named.items():
        one = _model(folder, use)
        yield Submission(
            use,
            scorecard=one["scorecard"],
            card=one["card"],
            owner=OPERATOR,
            limits=str(one["card"].get("limits", "")),
            effective_from=EVER,
            by=OPERATOR,
            request=str(one["scorecard"].get("hash", "")),
        )


def cards(folder: Path | None) -> scoring.Cards:
    """The scorecard of applications in a folder, or the starters of people and businesses, beside that against fraud."""
    fraud = _card(_model(None, Use.FRAUD))
    if folder is not None:
        return scoring.Cards(_card(_model(folder, Use.APPLICATION)), fraud)
    return scoring.Cards(_card(_model(None, Use.APPLICATION)), fraud, _card(_model(None, Use.BUSINESS)))


def _card(model: dict[str, Any]) -> scoring.Scorecard:
    return scoring.parse(model["scorecard"])


def _model(folder: Path | None, use: Use) -> dict[str, Any]:
    """The scorecard of a model in a folder, or of the starter, and the card of its making (empty where none came along).

    Refuses ModelUnreadable.
    """
    place: Traversable = folder or resources.files("xindai.credit") / "models" / STARTERS[use]
    card = place / "card.json"
    try:
        return {
            "scorecard": json.loads((place / "scorecard.json").read_text(encoding="utf-8")),
            "card": json.loads(card.read_text(encoding="utf-8")) if card.is_file() else {},
        }
    except (OSError, ValueError) as error:
        raise scoring.ModelUnreadable(why=str(error)) from None
