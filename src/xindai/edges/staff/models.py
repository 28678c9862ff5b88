"""The models that judge: what each is for, how it was made, what it weighs, and whether its people are still the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from xindai.base import door
from xindai.credit.models import queries as kept
from xindai.credit.models.model import TIERS, Use, Version, depends_on
from xindai.edges.staff.asking import who
from xindai.governance.model_risk import outcomes
from xindai.governance.model_risk import queries as judged
from xindai.governance.model_risk.monitor import MOST_OVERRIDDEN
from xindai.governance.model_risk.outcomes import Segment, Told
from xindai.governance.model_risk.stability import Stability, stability
from xindai.journeys import history
from xindai.journeys.parts import parts

LATELY = timedelta(days=90)
router = APIRouter(prefix="/v1/staff/models", responses=door.PROBLEMS, tags=["models"])
LOOKED_BACK_DAYS, MOST_JUDGED = 90, 5000


class ModelOut(BaseModel):
    """A model in use: which version, made when and of how many, and how well it told them apart.

    `tier` says how much rests on it, one the most; `depends_on` are the sources that it weighs.
    """

    use: str
    tier: int
    depends_on: list[str]
    version: int
    owner: str
    limits: str
    name: str
    hash: str
    made_at: str | None
    rows: int | None
    bad_rate: float | None
    auc: float | None
    ks: float | None
    characteristics: int

    @classmethod
    def of(cls, version: Version, model: dict[str, Any]) -> ModelOut:
        """From its documents; a card that did not come along tells nothing."""
        card, told = model["card"], model["card"].get("models", {}).get("scorecard", {})
        return cls(
            use=version.use.value,
            tier=TIERS[version.use],
            depends_on=depends_on([one["name"] for one in model["scorecard"]["characteristics"]]),
            version=version.number,
            owner=version.owner,
            limits=version.limits,
            name=version.name,
            hash=version.hash,
            made_at=card.get("made_at"),
            rows=card.get("rows"),
            bad_rate=card.get("bad_rate"),
            auc=told.get("auc"),
            ks=told.get("ks"),
            characteristics=len(model["scorecard"]["characteristics"]),
        )


class ModelPageOut(BaseModel):
    """A model with its card and its scorecard, as `xindai train` wrote them."""

    model: ModelOut
    card: dict[str, Any]
    scorecard: dict[str, Any]


class BinOut(BaseModel):
    """A bin's share of those the model was trained on, and of those it judges now."""

    label: str
    trained: float
    lately: float


class StabilityOut(BaseModel):
    """How far a characteristic has moved: the population stability index, in a word, and by bins."""

    name: str
    en: str
    zh: str
    index: float
    standing: str
    bins: list[BinOut]

    @classmethod
    def of(cls, one: Stability) -> StabilityOut:
        """As it was counted."""
        return cls(
            name=one.name,
            en=one.en,
            zh=one.zh,
            index=round(one.index, 4),
            standing=one.standing,
            bins=[
                BinOut(label=part.label, trained=round(part.trained, 4), lately=round(part.lately, 4))
                for part in one.bins
            ],
        )


class StabilityPageOut(BaseModel):
    """Every characteristic, the furthest moved first, over so many that were judged since a day."""

    since: date
    judged: int
    characteristics: list[StabilityOut]


class OutcomeOut(BaseModel):
    """Of some that were judged: let in, with a known end, bad, and how many bad ones were expected of those with an end."""

    name: str
    judged: int
    approved: int
    known: int
    bad: int
    expected_bad: float
    auc: float | None
    ks: float | None

    @classmethod
    def of(cls, one: Told) -> OutcomeOut:
        """As it was counted."""
        return cls(
            name=one.name,
            judged=one.judged,
            approved=one.approved,
            known=one.known,
            bad=one.bad,
            expected_bad=round(one.expected_bad, 3),
            auc=None if one.auc is None else round(one.auc, 4),
            ks=None if one.ks is None else round(one.ks, 4),
        )


class OverridesOut(BaseModel):
    """Of those who were declined by the strategy: whom a person looked at, and whom people let in; more than `limit` of them is an alarm."""

    declined: int
    looked_at: int
    let_in: int
    limit: float


class SegmentOut(BaseModel):
    """An age band, a sex, a province or a product: how far its grades have moved, of so many judged before and lately."""

    kind: str
    name: str
    before: int
    lately: int
    index: float
    standing: str

    @classmethod
    def of(cls, one: Segment) -> SegmentOut:
        """As it was counted."""
        return cls(
            kind=one.kind,
            name=one.name,
            before=one.before,
            lately=one.moved.judged,
            index=round(one.moved.index, 4),
            standing=one.moved.standing,
        )


class OutcomesOut(BaseModel):
    """How a model of applications has done, by month, grade, age, sex, province and product; `is_even` by the four-fifths reading.

    `segments` hold the last ninety days against those before.

    Up to the day `ripe_until` good ends are known as well as bad ones; of whoever was judged later, mostly the bad.
    """

    since: date
    ripe_until: date
    overrides: OverridesOut
    months: list[OutcomeOut]
    grades: list[OutcomeOut]
    ages: list[OutcomeOut]
    sexes: list[OutcomeOut]
    provinces: list[OutcomeOut]
    products: list[OutcomeOut]
    segments: list[SegmentOut]
    is_even: bool


@router.get("/{use}/outcomes")
def show_outcomes(
    use: Literal["application", "business"],
    authorization: door.Authorization = None,
    since: Annotated[date | None, Query()] = None,
) -> OutcomesOut:
    """What became of those it judged in a year, or since a day: told apart, as many bad as expected, whom it lets in."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        begin = since or tx.on - timedelta(days=366)
        today = tx.on
        desk, ripe_until = judged.overrides(tx, since=begin), history.ripe_until(tx.on)
    everybody = history.judged(since=begin, most=MOST_JUDGED)
    found = [one for one in everybody if one.of_business is (use == "business")]
    ages, sexes, provinces = outcomes.by_age(found), outcomes.by_sex(found), outcomes.by_province(found)
    return OutcomesOut(
        since=begin,
        ripe_until=ripe_until,
        overrides=OverridesOut(
            declined=desk.declined, looked_at=desk.looked_at, let_in=desk.let_in, limit=MOST_OVERRIDDEN
        ),
        months=[OutcomeOut.of(one) for one in outcomes.by_month(found)],
        grades=[OutcomeOut.of(one) for one in outcomes.by_grade(found)],
        ages=[OutcomeOut.of(one) for one in ages],
        sexes=[OutcomeOut.of(one) for one in sexes],
        provinces=[OutcomeOut.of(one) for one in provinces],
        products=[OutcomeOut.of(one) for one in outcomes.by_product(found)],
        segments=[SegmentOut.of(one) for one in outcomes.segments(found, since=today - LATELY)],
        is_even=all(outcomes.is_even(groups) for groups in (ages, sexes, provinces)),
    )


@router.get("")
def list_models(authorization: door.Authorization = None) -> door.Page[ModelOut]:
    """The models in use."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        found = [kept.judging(tx, use) for use in Use]
        data = [ModelOut.of(one, kept.documents(tx, one.use, one.number)) for one in found]
    return door.Page[ModelOut](data=data, next=None)


@router.get("/{use}")
def show_model(use: Use, authorization: door.Authorization = None) -> ModelPageOut:
    """One model with its card and every bin."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        version = kept.judging(tx, use)
        one = kept.documents(tx, use, version.number)
    return ModelPageOut(model=ModelOut.of(version, one), card=one["card"], scorecard=one["scorecard"])


@router.get("/{use}/stability")
def show_stability(
    use: Use, authorization: door.Authorization = None, since: Annotated[date | None, Query()] = None
) -> StabilityPageOut:
    """Whether those it judges are still those it was trained on; of the last ninety days, or since a day."""
    with parts().db.transaction() as tx:
        who(tx, authorization)
        begin = since or tx.on - timedelta(days=LOOKED_BACK_DAYS)
        found = judged.judged(tx, use.value, since=begin, most=MOST_JUDGED)
        document = kept.documents(tx, use, kept.judging(tx, use).number)["scorecard"]
    moved = stability(document, found)
    return StabilityPageOut(since=begin, judged=len(found), characteristics=[StabilityOut.of(one) for one in moved])
