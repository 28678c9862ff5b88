"""Lines of text in a picture, by RapidOCR (PP-OCR models that come in its wheel; nothing is fetched)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

THREADS = 2


@dataclass(frozen=True)
class Line:
    """A line of text: its corners from the top left on, clockwise (pixels), and how sure the machine is."""

    text: str
    score_bps: int
    box: tuple[int, ...]


class Engine:
    """One engine; whoever asks it takes turns."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        self._read: Any = RapidOCR(
            params={"EngineConfig.onnxruntime.intra_op_num_threads": THREADS, "Global.log_level": "error"}
        )

    def lines(self, jpeg: bytes) -> list[Line]:
        """Every line, from top to bottom as the engine finds them."""
        found = self._read(jpeg)
        if found.boxes is None:
            return []
        return [
            Line(str(text), int(score * 10_000), tuple(int(part) for corner in box for part in corner))
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ]
