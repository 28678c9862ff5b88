"""Typeset documents: a typst template and its data become a PDF that can be archived (PDF/A) and read aloud.

A template reads its data as `json(bytes(sys.inputs.data))`: what people wrote is text there, never markup. The font is
the first of FAMILIES that the machine has; without any, Chinese cannot be shown, and nothing is made.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from xindai.values.refusal import Kind, Refusal

FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "SimHei",
)


class FontMissing(Refusal):
    """No font with Chinese characters is installed."""

    kind = Kind.UNREADY
    code = "font_missing"
    en = "This document needs a font with Chinese characters, such as the Debian package fonts-noto-cjk."
    zh = "生成文件需要中文字体，请安装 fonts-noto-cjk 等字体包。"


class Paper:
    """What documents are typeset with; `fonts` is a folder looked into besides those of the system."""

    def __init__(self, fonts: Path | None = None, *, families: tuple[str, ...] = FAMILIES) -> None:
        self._folders = [fonts] if fonts else []
        self._families = families
        self._fonts: typst.Fonts | None = None

    def pdf(self, template: str, data: dict[str, Any], *, at: datetime) -> bytes:
        """The document made at the moment `at`; the same data and moment give the same bytes. Refuses FontMissing."""
        if self._fonts is None:
            self._fonts = typst.Fonts(font_paths=self._folders)
        present = set(self._fonts.families())
        family = next((one for one in self._families if one in present), None)
        if family is None:
            raise FontMissing
        inputs = {"data": json.dumps(data, ensure_ascii=False), "font": family}
        made = typst.Compiler(template.encode(), font_paths=self._fonts, sys_inputs=inputs).compile(
            format="pdf", pdf_standards="a-2a", timestamp=int(at.timestamp())
        )
        assert isinstance(made, bytes)
        return made
