"""How much of a photographed paper is read, and how fast; beside the bare engine with the plain way of finding fields.

Specimens of made-up people that no choice in the code has seen (their seeds begin at 50,000), taken at four levels of damage.
The peer is the same engine used directly: a field counts as found where one of its lines is exactly it, or is its label and it.
"""

import random
import re
import time
from collections import defaultdict
from datetime import date

import numpy as np

from benchmarks.result import Result
from xindai.onboarding.documents import papers
from xindai.onboarding.documents.model import Kind
from xindai_reader.engine import Engine
from xindai_reader.pictures import prepare
from xindai_sandbox import population, specimens

PEOPLE = 12
FIRST = 50_000
ON = date(2026, 1, 1)


def run() -> list[Result]:
    engine = Engine()
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    bare: dict[tuple[str, str], list[bool]] = defaultdict(list)
    whole: list[bool] = []
    times: dict[str, list[float]] = defaultdict(list)
    for number in range(PEOPLE):
        person = population.person(random.Random(FIRST + number), FIRST + number, on=ON).document()
        for kind in ("id_card_front", "id_card_back", "bank_card", "business_licence"):
            for level in ("scan", "good", "fair", "poor"):
                specimen = specimens.taken(kind, person, level=level, on=ON)
                began = time.perf_counter()
                page = prepare(specimen.jpeg).pages[0]
                lines = [papers.Line(line.text, line.score_bps, line.box) for line in engine.lines(page.jpeg)]
                read = papers.read(Kind(kind), lines)
                times[kind].append(time.perf_counter() - began)
                texts = {re.sub(r"\s", "", line.text) for line in lines}
                right = {name: name in read and read[name].value == value for name, value in specimen.fields.items()}
                hits[kind, level] += right.values()
                bare[kind, level] += [_plainly(texts, name, value) for name, value in specimen.fields.items()]
                whole.append(all(right.values()))
    results = [
        Result(
            f"fields read, {kind.replace('_', ' ')}, {level}",
            float(np.mean(found)) * 100,
            "%",
            "the engine alone",
            float(np.mean(bare[kind, level])) * 100,
        )
        for (kind, level), found in hits.items()
    ]
    results.append(Result("papers read without a mistake", float(np.mean(whole)) * 100, "%"))
    results += [
        Result(f"{kind.replace('_', ' ')} opened, made anew and read, p95", float(np.percentile(took, 95)) * 1e3, "ms")
        for kind, took in times.items()
    ]
    return results


LABELS = {"name": "姓名", "sex": "性别", "ethnicity": "民族", "address": "住址", "legal_representative": "法定代表人"}


def _plainly(texts: set[str], name: str, value: str) -> bool:
    return value in texts or f"{LABELS.get(name, '')}{value}" in texts
