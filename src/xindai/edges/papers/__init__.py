"""Documents that people get: a template in typst beside the code that gathers what it shows."""

from __future__ import annotations

from typing import Any

MEDIA = "application/pdf"
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA: {"schema": {"type": "string", "format": "binary"}}}}}
"""How the API's schema describes a document."""
