"""Whom a person has to do with, as features: how lively the ties are, how they hang together, how their ends have fared.

People are nodes with tokens; nobody but the applicant is named anywhere. Ties are those that their owner allowed us to
read. What became of a node with us (`Mark`) counts from the day after it was known; the applicant's own marks do not
count. Two hops are looked at, and where the neighbours stand in the whole net: `Neighbourhood` holds what a live answer
needs, and the same numbers come out of sparse matrices over a whole population (`xindai_lab.graph`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xindai.credit.features.registry import Feature
from xindai.credit.sources.ties import SHARED, WEEKS, Circle, MarkKind, Neighbourhood, Standing, Tie, TieKind

FADES = 730
"""Days in which what became of a neighbour loses its weight, evenly."""
REGULAR = 10
"""Weeks of thirteen with messages, from which on a tie is regular."""


@dataclass(frozen=True, slots=True)
class _View:
    """A neighbourhood as the features look at it."""

    on: date
    ties: tuple[Tie, ...]
    near: frozenset[str]
    far: frozenset[str]
    beyond: Mapping[str, Sequence[tuple[str, TieKind]]]
    node: str
    ages: Mapping[str, Mapping[MarkKind, int]]
    standing: Sequence[Standing]
    circle: Circle | None
    circle_share: int | None

    def count(self, nodes: Iterable[str], kind: MarkKind) -> int:
        """How many of the nodes bear a mark."""
        ages = self.ages
        return sum(node in ages and kind in ages[node] for node in nodes)


def _view(around: Neighbourhood, on: date) -> _View:
    ties = tuple(tie for tie in around.ties if tie.since < on and tie.to != around.node)
    near = frozenset(tie.to for tie in ties)
    told = {node: [one for one in around.beyond.get(node, ()) if one[0] != node] for node in near}
    beyond = {node: ends for node, ends in told.items() if ends}
    far = frozenset(end for ends in beyond.values() for end, _ in ends) - near - {around.node}
    ages: dict[str, dict[MarkKind, int]] = {}
    for node in near | far:
        for kind, day in around.marks.get(node, ()):
            age = (on - day).days
            if age >= 1:
                of_node = ages.setdefault(node, {})
                of_node[kind] = min(age, of_node.get(kind, age))
    standing = [around.standing[node] for node in near if node in around.standing]
    circle, share = _commonest([one.circle for one in standing])
    return _View(
        on, ties, near, far, beyond, around.node, ages, standing, around.circles.get(circle), _bps(share, len(standing))
    )


def _commonest(circles: Sequence[int]) -> tuple[int, int]:
    """(the circle of most, how many); of equals the larger one, which has the lower number."""
    counted = Counter(circles)
    most = max(counted.values(), default=0)
    return min((circle for circle, count in counted.items() if count == most), default=-1), most


def _bps(part: int, whole: int) -> int | None:
    return part * 10_000 // whole if whole > 0 else None


def _ends(view: _View, *kinds: TieKind) -> set[str]:
    return {tie.to for tie in view.ties if tie.kind in kinds}


def _of_kind(*kinds: TieKind) -> Callable[[_View], int | None]:
    return lambda view: len(_ends(view, *kinds))


def _new(days: int) -> Callable[[_View], int | None]:
    return lambda view: len({tie.to for tie in view.ties if (view.on - tie.since).days <= days})


def _active(days: int) -> Callable[[_View], int | None]:
    return lambda view: len({tie.to for tie in view.ties if tie.last and 0 < (view.on - tie.last).days <= days})


def _messages(tie: Tie) -> int:
    return tie.sent + tie.received


def _reciprocity(view: _View) -> int | None:
    """Of what the livelier sides sent, how much the others did."""
    return _bps(
        sum(min(tie.sent, tie.received) for tie in view.ties), sum(max(tie.sent, tie.received) for tie in view.ties)
    )


def _mutual_share(view: _View) -> int | None:
    """Of the ties with messages, those that go both ways."""
    lively = [tie for tie in view.ties if _messages(tie)]
    return _bps(sum(tie.sent > 0 and tie.received > 0 for tie in lively), len(lively))


def _regularity(view: _View) -> int | None:
    """Of all weeks of the ties with messages, those in which there were any."""
    lively = [tie for tie in view.ties if _messages(tie)]
    return _bps(sum(tie.weeks for tie in lively), WEEKS * len(lively))


def _strongest_share(view: _View) -> int | None:
    return _bps(max(map(_messages, view.ties), default=0), sum(map(_messages, view.ties)))


def _clustering(view: _View) -> int | None:
    """Of the pairs of neighbours whose ties we know, those that are tied to each other."""
    known = sorted(view.beyond)
    linked = {
        (min(node, end), max(node, end))
        for node in known
        for end, _ in view.beyond[node]
        if end in view.beyond and end != node
    }
    return _bps(len(linked), len(known) * (len(known) - 1) // 2)


def _known_share(view: _View) -> int | None:
    return _bps(len(view.beyond), len(view.near))


def _named_back(view: _View) -> int | None:
    """Of the neighbours whose ties we know, those who name the applicant."""
    return _bps(sum(any(end == view.node for end, _ in ends) for ends in view.beyond.values()), len(view.beyond))


def _degree_around(view: _View) -> int | None:
    if not view.beyond:
        return None
    return sum(len({end for end, _ in ends}) for ends in view.beyond.values()) // len(view.beyond)


def _marked(hop: str, kind: MarkKind) -> Callable[[_View], int | None]:
    return lambda view: view.count(getattr(view, hop), kind)


def _rate(hop: str, kind: MarkKind) -> Callable[[_View], int | None]:
    """Of the customers among them, those with the mark."""
    return lambda view: _bps(view.count(getattr(view, hop), kind), view.count(getattr(view, hop), MarkKind.CUSTOMER))


def _faded(hop: str, kind: MarkKind) -> Callable[[_View], int | None]:
    """The same, each mark by how fresh it is."""

    def read(view: _View) -> int | None:
        nodes: frozenset[str] = getattr(view, hop)
        weight = sum(max(0, FADES - marks[kind]) for node in nodes if (marks := view.ages.get(node)) and kind in marks)
        return _bps(weight, FADES * view.count(nodes, MarkKind.CUSTOMER))

    return read


def _by_messages(view: _View) -> int | None:
    """Of the messages with customers, those with defaulted ones."""
    total = defaulted = 0
    for tie in view.ties:
        marks = view.ages.get(tie.to, {})
        if MarkKind.CUSTOMER in marks:
            total += _messages(tie)
            defaulted += _messages(tie) * (MarkKind.DEFAULTED in marks)
    return _bps(defaulted, total)


def _marked_ends(mark: MarkKind, *kinds: TieKind) -> Callable[[_View], int | None]:
    return lambda view: view.count(_ends(view, *kinds), mark)


def _hops_to_fraud(view: _View) -> int | None:
    """One, two, or three for further away or none."""
    if not view.near:
        return None
    return 1 if view.count(view.near, MarkKind.FRAUD) else 2 if view.count(view.far, MarkKind.FRAUD) else 3


def _ring(view: _View) -> int | None:
    """People reached in two steps over things in common."""
    first = _ends(view, *SHARED)
    second = {end for node in first for end, kind in view.beyond.get(node, ()) if kind in SHARED}
    return len((first | second) - {view.node})


def _core(view: _View) -> int | None:
    return max((one.core for one in view.standing), default=None)


def _rank(view: _View) -> int | None:
    return sum(one.rank for one in view.standing) // len(view.standing) if view.standing else None


def _of_circle(read: Callable[[Circle], int | None]) -> Callable[[_View], int | None]:
    return lambda view: read(view.circle) if view.circle is not None else None


_DECLARED: tuple[tuple[Feature, Callable[[_View], int | None]], ...] = tuple(
    (Feature(f"social_{name}", en, zh, unit, risk, window), read)
    for name, en, zh, unit, risk, window, read in (
        ("ties", "People tied to", "关系人数", "count", -1, None, lambda view: len(view.near)),
        ("friends", "Friends", "好友数", "count", -1, None, _of_kind(TieKind.FRIEND)),
        ("family", "Family", "家人数", "count", -1, None, _of_kind(TieKind.FAMILY)),
        ("colleagues", "Colleagues", "同事数", "count", -1, None, _of_kind(TieKind.COLLEAGUE)),
        ("groups", "People met in groups", "同群人数", "count", 0, None, _of_kind(TieKind.GROUP)),
        ("transfers", "People money goes to or comes from", "转账对象数", "count", 0, None, _of_kind(TieKind.TRANSFER)),
        ("contacts", "Emergency contacts", "紧急联系人数", "count", -1, None, _of_kind(TieKind.CONTACT)),
        ("devices", "People on the same device", "同设备人数", "count", 1, None, _of_kind(TieKind.DEVICE)),
        ("addresses", "People at the same address", "同地址人数", "count", 1, None, _of_kind(TieKind.ADDRESS)),
        ("ring", "People reached in two steps over shared things", "共用设备地址两步可达人数", "count", 1, None, _ring),
        ("new_30d", "New ties in 30 days", "近 30 天新增关系", "count", 1, 30, _new(30)),
        ("new_90d", "New ties in 90 days", "近 90 天新增关系", "count", 1, 90, _new(90)),
        ("new_share_90d", "New among all ties", "近 90 天新增关系占比", "bps", 1, 90, lambda view: _bps(_new(90)(view) or 0, len(view.near))),
        ("active_30d", "Active ties in 30 days", "近 30 天活跃关系", "count", -1, 30, _active(30)),
        ("active_90d", "Active ties in 90 days", "近 90 天活跃关系", "count", -1, 90, _active(90)),
        ("active_share_90d", "Active among all ties", "近 90 天活跃关系占比", "bps", -1, 90, lambda view: _bps(_active(90)(view) or 0, len(view.near))),
        ("sent_90d", "Messages sent in 90 days", "近 90 天发出互动", "count", -1, 90, lambda view: sum(tie.sent for tie in view.ties)),
        ("received_90d", "Messages received in 90 days", "近 90 天收到互动", "count", -1, 90, lambda view: sum(tie.received for tie in view.ties)),
        ("days_90d", "Days with messages, over all ties", "近 90 天互动天数合计", "days", -1, 90, lambda view: sum(tie.days for tie in view.ties)),
        ("reciprocity_90d", "How far messages go both ways", "近 90 天互动互惠度", "bps", -1, 90, _reciprocity),
        ("mutual_share_90d", "Lively ties that go both ways", "近 90 天双向互动占比", "bps", -1, 90, _mutual_share),
        ("strongest_share_90d", "Messages with the closest person", "近 90 天最密切关系占比", "bps", 0, 90, _strongest_share),
        ("regularity_90d", "Weeks with messages, of all weeks", "近 90 天互动规律性", "bps", -1, 90, _regularity),
        ("regular_90d", "People heard of nearly every week", "近 90 天规律互动人数", "count", -1, 90, lambda view: len({tie.to for tie in view.ties if tie.weeks >= REGULAR})),
        ("likes_90d", "Likes and comments under posts in 90 days", "近 90 天朋友圈互动次数", "count", -1, 90, lambda view: sum(tie.likes for tie in view.ties)),
        ("liked_90d", "People who like each other's posts", "近 90 天朋友圈互动人数", "count", -1, 90, lambda view: len({tie.to for tie in view.ties if tie.likes})),
        ("known_share", "Neighbours whose ties are known", "关系人数据覆盖率", "bps", 0, None, _known_share),
        ("named_back", "Neighbours who name the applicant", "关系互认率", "bps", -1, None, _named_back),
        ("clustering", "Neighbours tied to each other", "关系人互联率", "bps", -1, None, _clustering),
        ("degree_around", "Mean ties of neighbours", "关系人平均关系数", "count", 0, None, _degree_around),
        ("two_hops", "People two steps away", "二度关系人数", "count", -1, None, lambda view: len(view.far)),
        ("customers_1", "Customers among neighbours", "一度关系客户数", "count", 0, None, _marked("near", MarkKind.CUSTOMER)),
        ("paid_1", "Good payers among neighbours", "一度关系正常结清数", "count", -1, None, _marked("near", MarkKind.PAID)),
        ("overdue_1", "Overdue neighbours", "一度关系曾逾期数", "count", 1, None, _marked("near", MarkKind.OVERDUE)),
        ("defaulted_1", "Defaulted neighbours", "一度关系违约数", "count", 1, None, _marked("near", MarkKind.DEFAULTED)),
        ("refused_1", "Refused neighbours", "一度关系被拒数", "count", 1, None, _marked("near", MarkKind.REFUSED)),
        ("paid_rate_1", "Good payers among customers nearby", "一度关系客户结清率", "bps", -1, None, _rate("near", MarkKind.PAID)),
        ("overdue_rate_1", "Overdue among customers nearby", "一度关系客户逾期率", "bps", 1, None, _rate("near", MarkKind.OVERDUE)),
        ("default_rate_1", "Defaults among customers nearby", "一度关系客户违约率", "bps", 1, None, _rate("near", MarkKind.DEFAULTED)),
        ("default_faded_1", "Defaults nearby, the fresh ones more", "一度关系违约率（时间衰减）", "bps", 1, FADES, _faded("near", MarkKind.DEFAULTED)),
        ("default_by_messages", "Messages with defaulted customers", "与违约客户互动占比", "bps", 1, 90, _by_messages),
        ("customers_2", "Customers two steps away", "二度关系客户数", "count", 0, None, _marked("far", MarkKind.CUSTOMER)),
        ("defaulted_2", "Defaulted two steps away", "二度关系违约数", "count", 1, None, _marked("far", MarkKind.DEFAULTED)),
        ("overdue_rate_2", "Overdue among customers two steps away", "二度关系客户逾期率", "bps", 1, None, _rate("far", MarkKind.OVERDUE)),
        ("default_rate_2", "Defaults among customers two steps away", "二度关系客户违约率", "bps", 1, None, _rate("far", MarkKind.DEFAULTED)),
        ("default_faded_2", "Defaults two steps away, the fresh ones more", "二度关系违约率（时间衰减）", "bps", 1, FADES, _faded("far", MarkKind.DEFAULTED)),
        ("fraud_1", "Known fraud among neighbours", "一度关系欺诈数", "count", 1, None, _marked("near", MarkKind.FRAUD)),
        ("hops_to_fraud", "Steps to known fraud", "距已知欺诈步数", "count", -1, None, _hops_to_fraud),
        ("family_overdue", "Overdue family", "家人逾期数", "count", 1, None, _marked_ends(MarkKind.OVERDUE, TieKind.FAMILY)),
        ("contacts_overdue", "Overdue emergency contacts", "紧急联系人逾期数", "count", 1, None, _marked_ends(MarkKind.OVERDUE, TieKind.CONTACT)),
        ("device_defaulted", "Defaulted people on the same device", "同设备违约人数", "count", 1, None, _marked_ends(MarkKind.DEFAULTED, TieKind.DEVICE)),
        ("device_refused", "Refused people on the same device", "同设备被拒人数", "count", 1, None, _marked_ends(MarkKind.REFUSED, TieKind.DEVICE)),
        ("core_around", "Deepest core that a neighbour is in", "关系人最高核数", "count", 0, None, _core),
        ("rank_around", "Mean centrality of neighbours", "关系人平均中心度", "bps", -1, None, _rank),
        ("circle_share", "Neighbours in the circle that most of them are in", "关系人同圈占比", "bps", 0, None, lambda view: view.circle_share),
        ("circle_size", "People in that circle", "所在圈子人数", "count", 0, None, _of_circle(lambda one: one.size)),
        ("circle_default_rate", "Defaults among customers of that circle", "所在圈子客户违约率", "bps", 1, None, _of_circle(lambda one: _bps(one.defaulted, one.customers))),
        ("circle_fraud", "Known fraud in that circle", "所在圈子欺诈数", "count", 1, None, _of_circle(lambda one: one.fraud)),
        ("transfers_defaulted", "Money with defaulted people", "与违约人有转账人数", "count", 1, None, _marked_ends(MarkKind.DEFAULTED, TieKind.TRANSFER)),
    )
)  # fmt: skip
FEATURES: tuple[Feature, ...] = tuple(feature for feature, _ in _DECLARED)
LABELS = {feature.name: (feature.en, feature.zh) for feature in FEATURES}


def features(around: Neighbourhood, *, on: date) -> dict[str, int | None]:
    """One applicant's features as of the day `on`; all missing for somebody without any tie."""
    view = _view(around, on)
    if not view.ties:
        return dict.fromkeys(LABELS)
    return {feature.name: read(view) for feature, read in _DECLARED}
