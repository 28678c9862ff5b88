"""What somebody uploaded, opened with care and made anew: pages of plain JPEG that carry nothing but what is seen.

Nothing of the file itself is kept: no place, no device, no second file hidden behind the first, no script of a PDF.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pypdfium2
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

register_heif_opener(thumbnails=False)

MOST_PIXELS = 50_000_000
LEAST_SIDE = 320
LONGEST_SIDE = 1800
THUMBNAIL_SIDE = 320
MOST_PAGES = 10
MEASURED_SIDE = 1000
HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class Unfit(Exception):
    """The upload is no picture that is taken here; the text is a stable code."""


@dataclass(frozen=True)
class Page:
    """One page as JPEG."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Prepared:
    """An upload made anew, measured on its first page at most 1,000 pixels long.

    `sharpness` is the variance of the Laplacian, `glare_bps` the share of burnt-out pixels in basis points, `brightness` the
    mean from 0 to 255.
    """

    pages: tuple[Page, ...]
    thumbnail: bytes
    sharpness: int
    glare_bps: int
    brightness: int


def kind_of(content: bytes) -> str | None:
    """What a file is by its first bytes, whatever it calls itself; none for what is not taken."""
    if content[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return "heif"
    if content[:5] == b"%PDF-":
        return "pdf"
    return None


def prepare(content: bytes) -> Prepared:
    """Open, look, make anew. Raises Unfit."""
    kind = kind_of(content)
    if kind is None:
        raise Unfit("type_unsupported")
    sheets = _pdf_pages(content) if kind == "pdf" else [_picture(content, kind)]
    shown = sheets[0].copy()
    shown.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Prepared(tuple(map(_page, sheets)), _jpeg(shown, quality=70), *_measured(sheets[0]))


def _picture(content: bytes, kind: str) -> Image.Image:
    try:
        opened: Image.Image = Image.open(io.BytesIO(content), formats=[kind.upper()])
        if opened.width * opened.height <= MOST_PIXELS:
            opened.load()
            opened = ImageOps.exif_transpose(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit("too_many_pixels") from None
    except Exception:  # noqa: BLE001 - whatever a decoder stumbles over, the picture is damaged
        raise Unfit("damaged") from None
    if opened.width * opened.height > MOST_PIXELS:
        raise Unfit("too_many_pixels")
    return _plain(opened)


def _pdf_pages(content: bytes) -> list[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Unfit("locked" if "password" in str(error).lower() else "damaged") from None
    try:
        if not 1 <= len(document) <= MOST_PAGES:
            raise Unfit("too_many_pages")
        return [_rendered(document[number]) for number in range(len(document))]
    except pypdfium2.PdfiumError:
        raise Unfit("damaged") from None
    finally:
        document.close()


def _rendered(page: pypdfium2.PdfPage) -> Image.Image:
    longest = max(page.get_size())
    if not 1 <= longest <= 20_000:
        raise Unfit("damaged")
    return _plain(page.render(scale=LONGEST_SIDE / longest, may_draw_forms=False).to_pil())


def _plain(opened: Image.Image) -> Image.Image:
    if opened.mode in {"RGBA", "LA", "P"}:
        ground = Image.new("RGBA", opened.size, "white")
        ground.alpha_composite(opened.convert("RGBA"))
        opened = ground
    plain = opened.convert("RGB")
    if min(plain.size) < LEAST_SIDE:
        raise Unfit("too_small")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if min(plain.size) < LEAST_SIDE // 4:
        raise Unfit("too_small")
    return plain


def _page(sheet: Image.Image) -> Page:
    return Page(_jpeg(sheet, quality=88), sheet.width, sheet.height)


def _jpeg(sheet: Image.Image, *, quality: int) -> bytes:
    kept = io.BytesIO()
    sheet.save(kept, "JPEG", quality=quality)
    return kept.getvalue()


def _measured(sheet: Image.Image) -> tuple[int, int, int]:
    small = sheet.copy()
    small.thumbnail((MEASURED_SIDE, MEASURED_SIDE))
    colour = np.asarray(small)
    grey = np.asarray(small.convert("L"), dtype=np.int32)
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    burnt = (colour >= 253).all(axis=2).mean()
    return int((around - 4 * grey[1:-1, 1:-1]).var()), int(burnt * 10_000), int(grey.mean())
