"""What we ship is pinned, may be shipped, and is on the list; a published weakness stops us unless somebody answers for it."""

import json
from datetime import date

import pytest

from tidy import parts
from tidy.parts import Weakness

EVERY = [*parts.python_parts(), *(one for page in parts.PAGES for one in parts.page_parts(page))]
SHIPPED = [one for one in EVERY if one.is_shipped]


def test_every_part_that_is_shipped_is_the_pinned_one() -> None:
    lines = (parts.ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {
        parts.canonicalize_name(name): version
        for name, is_pin, version in (line.partition("==") for line in lines)
        if is_pin
    }
    of_python = [one for one in SHIPPED if one.kind == "pypi" and one.name != "setuptools"]  # it comes with Python
    assert [(one.name, one.version) for one in of_python if pinned.get(one.name) != one.version] == []


def test_every_part_of_a_page_is_locked_by_its_checksum() -> None:
    assert [one.name for one in EVERY if one.kind == "npm" and len(one.sha512) != 88] == []


def test_what_is_shipped_may_be_shipped() -> None:
    assert {"fastapi", "cryptography", "react"} <= {one.name for one in SHIPPED}
    assert "pytest" not in {one.name for one in SHIPPED}
    assert [(one.kind, one.name, one.licence) for one in SHIPPED if not parts.permitted(one.licence)] == []


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("MIT", True),
        ("(MIT OR GPL-3.0-or-later)", True),
        ("Apache-2.0 AND MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-2.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("SSPL-1.0", False),
        ("", False),
    ],
)
def test_a_licence_is_permissive_or_ends_at_its_file_or_library(licence: str, may: bool) -> None:
    assert parts.permitted(licence) is may


def test_the_list_names_every_part_with_what_others_know_it_by() -> None:
    listed = json.loads(parts.sbom(EVERY))
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    names = {one["purl"]: one["scope"] for one in listed["components"]}
    assert len(names) == len({(one.kind, one.name, one.version) for one in EVERY})
    react = next(one for one in EVERY if one.name == "react")
    assert names[f"pkg:npm/react@{react.version}"] == "required"
    assert any(name.startswith("pkg:npm/%40ant-design/icons@") for name in names)


def test_a_weakness_stops_us_unless_it_is_accepted_for_a_reason_and_a_while() -> None:
    answer = {
        "dependencies": [
            {"name": "jinja2", "version": "2.11.1", "vulns": [{"id": "PYSEC-2021-66", "fix_versions": ["2.11.3"]}]},
            {"name": "fastapi", "version": "1.0", "vulns": []},
            {"name": "ours", "skip_reason": "not found"},
        ]
    }
    found, unknown = parts.of_pip_audit(answer)
    assert (found, unknown) == ([Weakness("jinja2 2.11.1", "PYSEC-2021-66", "2.11.3")], 1)
    on = date(2026, 3, 1)
    accepted = {"id": "PYSEC-2021-66", "why": "no template comes from outside", "until": "2026-03-01"}
    assert parts.unaccepted(found, [], on=on) == found
    assert parts.unaccepted(found, [accepted], on=on) == []
    assert parts.unaccepted(found, [accepted], on=date(2026, 3, 2)) == found
    assert parts.unaccepted(found, [{**accepted, "why": ""}], on=on) == found


def test_what_npm_publishes_is_read_once_for_each_advisory() -> None:
    answer = {
        "vulnerabilities": {
            "minimist": {
                "range": "<1.2.6",
                "fixAvailable": True,
                "via": [{"url": "https://github.com/advisories/GHSA-xvch-5gv4-984h"}],
            },
            "mkdirp": {"range": "<0.5.2", "fixAvailable": True, "via": ["minimist"]},
        }
    }
    assert [one.id for one in parts.of_npm_audit(answer)] == ["GHSA-xvch-5gv4-984h"]
