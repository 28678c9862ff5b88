"""Documents that people get: a template in typst beside the code that gathers what it shows."""

from __future__ import annotations

from typing import Any

MEDIA, DRAWING = "application/pdf", "image/svg+xml"
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA: {"schema": {"type": "string", "format": "binary"}}}}}
"""How the API's schema describes a document."""
SVG: dict[int | str, dict[str, Any]] = {200: {"content": {DRAWING: {"schema": {"type": "string"}}}}}
"""And a picture that is drawn."""
