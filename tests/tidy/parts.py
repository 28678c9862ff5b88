"""Every part that we ship or build with, and what is known against it: `make parts`, and once a day within `make check`.

Writes sbom.json (CycloneDX 1.6) from what is installed and from the lock files of the app and the console, then asks pip-audit and
npm for published weaknesses. One that nobody has accepted with a reason and an end ends the run with 1; what an index does not
answer is said, and never taken for sound.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PAGES = ("console", "miniapp")
ACCEPTED = ROOT / "tests" / "tidy" / "accepted.json"
"""Weaknesses that we live with: `id`, `why` in a sentence, `until` (a date after which it is asked again)."""
_STAMP = ROOT / ".venv" / "parts-asked"
_CLASSIFIERS = {"Apache Software License": "Apache-2.0", "BSD License": "BSD-3-Clause", "MIT License": "MIT",
                "Python Software Foundation License": "PSF-2.0", "ISC License (ISCL)": "ISC",
                "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
                "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0"}  # fmt: skip
_UNSAID = {
    "zen-engine": "MIT",
    "qdldl": "Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
}
"""What stands in their repositories, and not, or not in these words, in what they publish."""
_SERVERS_ONLY = {"buffers"}
"""Locked because exceljs names it for servers; what is built for browsers has none of it."""


@dataclass(frozen=True)
class Part:
    """One package: whence, its name and version, under what it may be used, whether it is shipped, and its checksum if locked."""

    kind: str
    name: str
    version: str
    licence: str
    is_shipped: bool
    sha512: str = ""


@dataclass(frozen=True)
class Weakness:
    """What is published against a part."""

    part: str
    id: str
    mended_in: str


def python_parts() -> list[Part]:
    """What is installed; shipped is what the project itself asks for, and what that asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shipped = _closure(
        [*project["dependencies"], *project["optional-dependencies"]["ocr"], *project["optional-dependencies"]["lab"]]
    )
    return sorted(
        (
            Part("pypi", name, one.version, _licence(one), name in shipped)
            for one in metadata.distributions()
            if (name := canonicalize_name(one.metadata["Name"])) != "xindai"
        ),
        key=lambda part: part.name,
    )


def page_parts(page: str) -> list[Part]:
    """What the lock file of the app or the console holds."""
    lock = json.loads((ROOT / "web" / page / "package-lock.json").read_text(encoding="utf-8"))
    found = {}
    for where, one in lock["packages"].items():
        if where and not one.get("link"):
            name = where.rpartition("node_modules/")[2]
            digest = one.get("integrity", "").removeprefix("sha512-")
            is_shipped = not one.get("dev") and name not in _SERVERS_ONLY
            found[name, one["version"]] = Part("npm", name, one["version"], one.get("license", ""), is_shipped, digest)
    return [found[key] for key in sorted(found)]


def _closure(asked: list[str]) -> set[str]:
    known: set[str] = set()
    waiting = [Requirement(one) for one in asked]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in known or not _applies(wanted, ""):
            continue
        try:
            asks = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # an extra that is not installed here
        known.add(name)
        extras = ["", *wanted.extras]
        waiting += [one for one in map(Requirement, asks) if any(_applies(one, extra) for extra in extras)]
    return known


def _applies(wanted: Requirement, extra: str) -> bool:
    return wanted.marker is None or wanted.marker.evaluate({"extra": extra})


def _licence(one: metadata.Distribution) -> str:
    said = one.metadata
    if (known := _UNSAID.get(canonicalize_name(said["Name"]))) is not None:
        return known
    if said.get("License-Expression"):
        return str(said["License-Expression"])
    named = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier", []) if line.startswith("License :: ")]
    named = [_CLASSIFIERS.get(name, name) for name in named if name != "OSI Approved"]
    if named:
        return " OR ".join(named)
    line = (said.get("License") or "").strip().partition("\n")[0]
    return line if len(line) < 60 else ""


def sbom(parts: list[Part]) -> str:
    """The list as CycloneDX 1.6 JSON."""
    bom = Bom(components=[_component(part) for part in parts])
    bom.metadata.component = Component(name="xindai", type=ComponentType.APPLICATION)
    bom.register_dependency(
        bom.metadata.component, [one for one in bom.components if one.scope is ComponentScope.REQUIRED]
    )
    return str(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1))


def _component(part: Part) -> Component:
    group, _, name = part.name.rpartition("/")
    digest = base64.b64decode(part.sha512).hex()
    return Component(
        name=name,
        group=group or None,
        version=part.version,
        type=ComponentType.LIBRARY,
        purl=PackageURL(part.kind, group or None, name, part.version),
        bom_ref=f"pkg:{part.kind}/{part.name}@{part.version}",
        scope=ComponentScope.REQUIRED if part.is_shipped else ComponentScope.EXCLUDED,
        licenses=[DisjunctiveLicense(name=part.licence)] if part.licence else [],
        hashes=[HashType(alg=HashAlgorithm.SHA_512, content=digest)] if digest else [],
    )


def of_pip_audit(report: dict[str, Any]) -> tuple[list[Weakness], int]:
    """(what is published, how many parts the index knows nothing of)."""
    rows = report["dependencies"]
    found = [
        Weakness(f"{row['name']} {row['version']}", one["id"], ", ".join(one["fix_versions"]))
        for row in rows
        for one in row.get("vulns", [])
    ]
    return found, sum("skip_reason" in row for row in rows)


def of_npm_audit(report: dict[str, Any]) -> list[Weakness]:
    """What is published against parts of a page, each once."""
    return [
        Weakness(f"{name} {row['range']}", via["url"].rpartition("/")[2], str(row.get("fixAvailable") or ""))
        for name, row in report["vulnerabilities"].items()
        for via in row["via"]
        if isinstance(via, dict)
    ]


def unaccepted(found: list[Weakness], accepted: list[dict[str, str]], *, on: date) -> list[Weakness]:
    """Those nobody has accepted, or whose acceptance has ended."""
    lived_with = {one["id"] for one in accepted if one["why"] and date.fromisoformat(one["until"]) >= on}
    return [one for one in found if one.id not in lived_with]


def _asked(parts: list[Part]) -> Iterator[tuple[str, list[Weakness] | None, int]]:
    """(who was asked, what is published or nothing if they did not answer, how many parts they do not know)."""
    listed = ROOT / ".venv" / "parts.txt"
    listed.write_text("".join(f"{one.name}=={one.version}\n" for one in parts if one.kind == "pypi"), encoding="utf-8")
    answer = _run([sys.executable, "-m", "pip_audit", "-r", str(listed), "--no-deps", "--disable-pip", "-f", "json",
                   "--progress-spinner", "off", "--timeout", "10"], ROOT)  # fmt: skip
    found, unknown = of_pip_audit(answer) if "dependencies" in answer else (None, 0)
    yield "Python", found if unknown < len(answer.get("dependencies", ())) else None, unknown
    for page in PAGES:
        answer = _run(["npm", "audit", "--json"], ROOT / "web" / page)
        yield page, of_npm_audit(answer) if "vulnerabilities" in answer else None, 0


def _run(command: list[str], where: Path) -> dict[str, Any]:
    try:
        done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False, timeout=120)
        answer = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}


def main() -> int:
    """Write the list and ask, unless the same was asked today."""
    parts = [*python_parts(), *(one for page in PAGES for one in page_parts(page))]
    text = sbom(parts)
    (ROOT / "sbom.json").write_text(text + "\n", encoding="utf-8")
    today = datetime.now(UTC).date()
    names = "\n".join(sorted(f"{one.kind} {one.name} {one.version}" for one in parts))
    asked = f"{today} {hashlib.sha256((names + ACCEPTED.read_text(encoding='utf-8')).encode()).hexdigest()}"
    if "--if-new" in sys.argv and _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == asked:
        return 0
    print(f"sbom.json: {len(parts)} parts, {sum(one.is_shipped for one in parts)} of them shipped")
    accepted = json.loads(ACCEPTED.read_text(encoding="utf-8"))
    open_ones = []
    for whose, found, unknown in _asked(parts):
        if found is None:
            print(f"{whose}: not audited, the index does not tell of weaknesses")
            continue
        against = unaccepted(found, accepted, on=today)
        open_ones += against
        print(
            f"{whose}: {len(found)} weaknesses known, {len(found) - len(against)} accepted, {unknown} parts unknown to the index"
        )
    for one in open_ones:
        print(f"  {one.part}: {one.id}" + (f", mended in {one.mended_in}" if one.mended_in else ""))
    if not open_ones:
        _STAMP.write_text(asked, encoding="utf-8")
    return 1 if open_ones else 0


def permitted(licence: str) -> bool:
    """Whether a part under these words may be shipped: permissive, or shared only by file or by library."""
    words = re.split(r"\s+OR\s+|\s*/\s*", licence.strip("()"))
    return any(all(_PERMITTED.fullmatch(word.strip("() ")) for word in re.split(r"\s+AND\s+", one)) for one in words)


_PERMITTED = re.compile(
    r"MIT(-0|-CMU)?|X11|BSD(-[23]-Clause)?|0BSD|ISC|Apache(-2\.0| 2\.0|\s?License.*2\.0)?|Unlicense|Zlib|PSF-2\.0|Python-2\.0"
    r"|MPL-2\.0|LGPL-(2\.1|3\.0)-(only|or-later)|CC0-1\.0|CC-BY-4\.0|BlueOak-1\.0\.0|HPND"
)

if __name__ == "__main__":
    sys.exit(main())
