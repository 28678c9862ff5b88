"""Who may be whom: known pairs of names, and what number, birth and list make of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.onboarding.screening.model import (
    LIKE_NAME_BPS,
    ONLY_NAME_BPS,
    SAME_NAME_BPS,
    Entry,
    EntryId,
    Finding,
    Hit,
    ListName,
    judge,
    worst,
)
from xindai.onboarding.screening.names import Index, likeness, normal

NUMBER, BORN = "330106199003078526", date(1990, 3, 7)
FAMILY, GIVEN = "王李张刘陈欧阳", "伟芳娜敏静丽强磊军洋勇英瑛"
han = st.builds(
    lambda family, given: family + "".join(given),
    st.sampled_from(FAMILY),
    st.lists(st.sampled_from(GIVEN), min_size=1, max_size=3),
)


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("李秀英", "李秀英", 10_000),
        ("李秀英", " 李 秀 英 ", 10_000),
        ("阿卜杜拉·买买提", "阿卜杜拉买买提", 10_000),
        ("John Smith", "SMITH John", 10_000),
        ("John Smith", "Jоhn Smith", 10_000),  # a Cyrillic о
        ("José Núñez", "Jose Nunez", 10_000),
        ("李秀英", "李秀瑛", ONLY_NAME_BPS),  # the same sound
        ("單雄信", "单雄信", ONLY_NAME_BPS),  # the other script
        ("陈晓明", "陳曉明", SAME_NAME_BPS),
        ("李秀英", "Li Xiuying", SAME_NAME_BPS),
        ("李秀英", "XIUYING LI", SAME_NAME_BPS),
        ("欧阳娜娜", "Nana Ouyang", SAME_NAME_BPS),
        ("单伟", "Shan Wei", SAME_NAME_BPS),  # a character with two readings
        ("林志玲", "林致玲", SAME_NAME_BPS),
        ("张志", "章子", LIKE_NAME_BPS),  # neighbouring sounds
        ("Li Xiuying", "Li Xiuyin", LIKE_NAME_BPS),
    ],
)
def test_names_that_may_be_one(one: str, other: str, least: int) -> None:
    assert likeness(one, other) >= least


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王芳", "王伟"),
        ("赵敏", "周敏"),
        ("李娜", "李丽娜"),
        ("王小明", "李小明"),
        ("刘德华", "刘小华"),
        ("John Smith", "Joan Smythe"),
        ("李秀英", "Wang Xiuying"),
        ("", "李秀英"),
        ("···", "李秀英"),
    ],
)
def test_names_that_are_two(one: str, other: str) -> None:
    assert likeness(one, other) < LIKE_NAME_BPS


@given(one=han | st.text(max_size=12), other=han | st.text(max_size=12))
def test_likeness_has_no_direction_and_stays_within_its_scale(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 10_000
    if normal(one):
        assert likeness(one, one) == 10_000


def entry(
    name: str, *, on: ListName = ListName.SANCTIONS, born: date | None = None, number: str | None = None
) -> Entry:
    return Entry(EntryId("wch_1"), on, (name,), born, number)


@given(names=st.lists(han, max_size=30), wanted=han)
def test_the_index_finds_whoever_a_look_at_all_would(names: list[str], wanted: str) -> None:
    entries = [entry(name) for name in names]
    expected = [one for one in entries if likeness(wanted, one.names[0]) >= LIKE_NAME_BPS]
    assert [one for one, _ in Index(entries).candidates(wanted, NUMBER)] == expected


def test_the_index_finds_letters_for_characters_and_numbers_under_any_name() -> None:
    index = Index([entry("LI XIUYING"), entry("张三", number=NUMBER), entry("王五")])
    assert [one.names[0] for one, _ in index.candidates("李秀英", NUMBER)] == ["LI XIUYING", "张三"]
    assert [one.names[0] for one, _ in index.candidates("Zhang San", "")] == ["张三"]


@pytest.mark.parametrize(
    ("one", "name_bps", "expected"),
    [
        (entry("李秀英", number=NUMBER), 0, Finding.SURE),  # under another name
        (entry("李秀英", number="110105198001010018"), 10_000, Finding.CLEAR),  # the number says it is somebody else
        (entry("李秀英", born=BORN), 10_000, Finding.SURE),
        (entry("李秀英", born=BORN), 8_900, Finding.POSSIBLE),
        (entry("李秀英", born=date(1990, 12, 1)), 10_000, Finding.POSSIBLE),
        (entry("李秀英", born=date(1961, 3, 7)), 10_000, Finding.CLEAR),
        (entry("李秀英"), 10_000, Finding.POSSIBLE),  # a name alone is never sure
        (entry("李秀英"), 9_500, Finding.CLEAR),
        (entry("李秀英", on=ListName.OWN, number=NUMBER), 10_000, Finding.SURE),
        (entry("李秀英", on=ListName.COURT, number=NUMBER), 10_000, Finding.POSSIBLE),  # a person looks
        (entry("李秀英", on=ListName.PUBLIC_OFFICE, born=BORN), 10_000, Finding.POSSIBLE),
    ],
)
def test_number_before_birth_before_name(one: Entry, name_bps: int, expected: Finding) -> None:
    assert judge(one, name_bps=name_bps, id_number=NUMBER, born_on=BORN) is expected


def test_the_worst_finding_counts_and_entries_print_no_name() -> None:
    hits = [Hit(EntryId("wch_1"), ListName.COURT, 9_900, Finding.POSSIBLE)]
    assert worst([]) is Finding.CLEAR
    assert worst(hits) is Finding.POSSIBLE
    assert worst([*hits, Hit(EntryId("wch_2"), ListName.OWN, 0, Finding.SURE)]) is Finding.SURE
    assert "李秀英" not in repr(entry("李秀英"))
