"""Specimen papers of made-up people, as a phone would photograph them: ID card, bank card, business licence.

Each is drawn flat and true, with the word 样本 across it, and then held askew, in shadow, out of focus, in bad light, and
pressed into JPEG: so that it can be measured how much of it is read. What stands on it is told beside it.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from xindai_sandbox import owners

FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "PingFang.ttc",
    "msyh.ttc",
    "simhei.ttf",
)
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts")
INK, LABEL = (24, 24, 28), (52, 112, 178)
PLACES = {
    "110105": ("北京市朝阳区", "北京市公安局朝阳分局"),
    "310115": ("上海市浦东新区", "上海市公安局浦东分局"),
    "330106": ("浙江省杭州市西湖区", "杭州市公安局西湖分局"),
    "440305": ("广东省深圳市南山区", "深圳市公安局南山分局"),
    "510104": ("四川省成都市锦江区", "成都市公安局锦江区分局"),
}
STREETS = ("文三路", "建设大街", "人民中路", "青年路", "解放南路", "滨河大道", "春晖巷", "幸福村三组")
ETHNICITIES = ("汉", "汉", "汉", "汉", "满", "回", "藏", "蒙古", "维吾尔", "土家")


class NoFont(Exception):
    """This machine has no font with Chinese characters."""


@dataclass(frozen=True)
class Damage:
    """How a picture was taken; all zero is a scan."""

    tilt: float = 0.0
    perspective: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    shadow: float = 0.0
    glare: float = 0.0
    crop: float = 0.0
    quality: int = 92


LEVELS = {
    "scan": Damage(),
    "good": Damage(tilt=3, perspective=0.02, blur=0.6, noise=4, shadow=0.15, quality=85),
    "fair": Damage(tilt=8, perspective=0.05, blur=1.2, noise=9, shadow=0.35, quality=60),
    "poor": Damage(tilt=14, perspective=0.08, blur=2.0, noise=16, shadow=0.5, quality=35),
    "blurred": Damage(tilt=3, blur=7.0, quality=80),
    "glaring": Damage(tilt=3, glare=1.0, quality=85),
    "cropped": Damage(crop=0.18, quality=85),
}


@dataclass(frozen=True)
class Specimen:
    """A picture and what truly stands on it."""

    kind: str
    fields: dict[str, str]
    jpeg: bytes


def taken(kind: str, person: dict[str, Any], *, level: str = "good", on: date = date(2026, 1, 1)) -> Specimen:
    """One paper of a person, photographed; the same person and level give the same picture. Raises NoFont."""
    rng = random.Random(f"{kind}|{person['id_number']}|{level}")
    fields, flat = {
        "id_card_front": _front,
        "id_card_back": _back,
        "bank_card": _bank_card,
        "business_licence": _licence,
    }[kind](person, random.Random(f"{kind}|{person['id_number']}"), on)
    return Specimen(kind, fields, _photographed(flat, LEVELS[level], rng))


def _front(person: dict[str, Any], rng: random.Random, _: date) -> tuple[dict[str, str], Image.Image]:
    number = person["id_number"]
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    place = PLACES.get(number[:6], rng.choice(list(PLACES.values())))[0]
    street = (
        f"{rng.choice(STREETS)}{rng.randint(1, 399)}号{rng.randint(1, 40)}幢{rng.randint(1, 12)}0{rng.randint(1, 4)}室"
    )
    fields = {
        "name": person["name"],
        "sex": "男" if int(number[16]) % 2 else "女",
        "ethnicity": rng.choice(ETHNICITIES),
        "born_on": born.isoformat(),
        "address": place + street,
        "id_number": number,
    }
    sheet, draw = _sheet((1012, 638), (226, 236, 244), (206, 222, 236))
    _label(draw, (64, 64), "姓名")
    _ink(draw, (176, 58), fields["name"], 40)
    _label(draw, (64, 144), "性别")
    _ink(draw, (176, 140), fields["sex"])
    _label(draw, (290, 144), "民族")
    _ink(draw, (392, 140), fields["ethnicity"])
    _label(draw, (64, 222), "出生")
    _ink(draw, (176, 218), str(born.year))
    for place_x, text, is_label in (
        (272, "年", True), (322, str(born.month), False), (376, "月", True), (426, str(born.day), False), (480, "日", True),
    ):  # fmt: skip
        (_label if is_label else _ink)(draw, (place_x, 222 if is_label else 218), text)
    _label(draw, (64, 300), "住址")
    for line, start in enumerate(range(0, len(fields["address"]), 12)):
        _ink(draw, (176, 296 + 50 * line), fields["address"][start : start + 12])
    _label(draw, (64, 546), "公民身份号码")
    _ink(draw, (340, 536), number, 44)
    draw.rounded_rectangle((690, 84, 938, 420), 12, fill=(196, 206, 216))
    draw.ellipse((758, 130, 870, 262), fill=(150, 160, 172))
    draw.pieslice((710, 280, 918, 540), 180, 360, fill=(150, 160, 172))
    return fields, _marked(sheet)


def _back(person: dict[str, Any], rng: random.Random, on: date) -> tuple[dict[str, str], Image.Image]:
    authority = PLACES.get(person["id_number"][:6], rng.choice(list(PLACES.values())))[1]
    since = on - timedelta(days=rng.randint(200, 3000))
    until = person.get("id_card_until") or f"{since.year + 20}-{since:%m}-{min(since.day, 28):02d}"
    if until < on.isoformat():
        since = date.fromisoformat(until) - timedelta(days=3652)
    fields = {"authority": authority, "valid_from": since.isoformat(), "valid_until": until}
    sheet, draw = _sheet((1012, 638), (228, 238, 240), (210, 226, 226))
    draw.ellipse((70, 60, 220, 210), fill=(196, 60, 54))
    draw.ellipse((110, 100, 180, 170), fill=(236, 196, 90))
    _ink(draw, (330, 80), "中华人民共和国", 52)
    _ink(draw, (330, 170), "居民身份证", 68)
    _label(draw, (190, 450), "签发机关", INK)
    _ink(draw, (352, 446), authority)
    end = "长期" if until == "长期" else until.replace("-", ".")
    _label(draw, (190, 530), "有效期限", INK)
    _ink(draw, (352, 526), f"{since:%Y.%m.%d}-{end}")
    return fields, _marked(sheet)


def _bank_card(person: dict[str, Any], rng: random.Random, on: date) -> tuple[dict[str, str], Image.Image]:
    number = person["card_number"]
    colour = rng.choice(((28, 62, 120), (126, 30, 36), (24, 92, 78), (70, 60, 96)))
    sheet, draw = _sheet((1012, 638), colour, tuple(min(255, part + 34) for part in colour))
    white = (246, 246, 240)
    _label(draw, (70, 60), rng.choice(("中国建设银行", "中国工商银行", "招商银行", "中国农业银行")), white, 48)
    draw.rounded_rectangle((80, 200, 220, 300), 14, fill=(214, 186, 108))
    grouped = " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    _label(draw, (80, 360), grouped, white, 62)
    _label(draw, (80, 470), "VALID THRU", white, 22)
    _label(draw, (240, 460), f"{rng.randint(1, 12):02d}/{(on.year + rng.randint(1, 9)) % 100:02d}", white, 40)
    _label(draw, (760, 540), "银联 UnionPay", white, 30)
    return {"card_number": number}, _marked(sheet)


def _licence(person: dict[str, Any], rng: random.Random, on: date) -> tuple[dict[str, str], Image.Image]:
    code = person.get("uscc") or owners.uscc(rng)
    place = rng.choice(list(PLACES.values()))[0]
    name = (
        person.get("business_name")
        or f"{rng.choice(list(owners.TOWNS.values()))}{rng.choice('和顺安达兴盛')}{rng.choice('源泰丰美')}{rng.choice(owners.TRADES)}有限公司"
    )
    since = on - timedelta(days=rng.randint(400, 5000))
    fields = {
        "uscc": code,
        "business_name": name,
        "business_kind": "有限责任公司（自然人独资）",
        "legal_representative": person["name"],
        "capital": f"{rng.choice((10, 30, 50, 100, 200))}万元整",
        "founded_on": since.isoformat(),
        "address": f"{place}{rng.choice(STREETS)}{rng.randint(1, 300)}号",
    }
    sheet, draw = _sheet((1400, 990), (250, 248, 240), (240, 234, 218))
    draw.rectangle((30, 30, 1370, 960), outline=(176, 140, 70), width=6)
    _ink(draw, (560, 130), "营业执照", 76)
    _label(draw, (90, 130), "统一社会信用代码", INK, 26)
    _ink(draw, (90, 168), code, 34)
    left = (("名称", "business_name"), ("类型", "business_kind"), ("法定代表人", "legal_representative"))
    right = (("注册资本", "capital"), ("成立日期", "founded_on"), ("住所", "address"))
    for line, (label, field) in enumerate(left):
        _label(draw, (90, 330 + 90 * line), label, INK, 28)
        _ink(draw, (260, 328 + 90 * line), fields[field], 30)
    for line, (label, field) in enumerate(right):
        text = f"{since.year}年{since.month:02d}月{since.day:02d}日" if field == "founded_on" else fields[field]
        _label(draw, (800, 330 + 90 * line), label, INK, 28)
        for row, start in enumerate(range(0, len(text), 13)):
            _ink(draw, (950, 328 + 90 * line + 42 * row), text[start : start + 13], 30)
    _label(draw, (90, 600), "经营范围", INK, 28)
    _ink(draw, (260, 598), "日用百货销售；技术服务；货物进出口（依法须经批准的除外）。", 28)
    draw.ellipse((1080, 690, 1290, 900), outline=(200, 40, 40), width=7)
    _label(draw, (920, 850), "登记机关", INK, 28)
    return fields, _marked(sheet)


def font(size: int) -> ImageFont.FreeTypeFont:
    """The first font of FONTS that this machine has. Raises NoFont."""
    for name in FONTS:
        for folder in FOLDERS:
            found = next(Path(folder).rglob(name), None) if Path(folder).is_dir() else None
            if found is not None:
                return ImageFont.truetype(str(found), size, index=2 if name == "NotoSansCJK-Regular.ttc" else 0)
    raise NoFont


_SIZES: dict[int, ImageFont.FreeTypeFont] = {}


def _font(size: int) -> ImageFont.FreeTypeFont:
    if size not in _SIZES:
        _SIZES[size] = font(size)
    return _SIZES[size]


def _sheet(size: tuple[int, int], top: Any, bottom: Any) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    shade = Image.linear_gradient("L").resize(size)
    sheet = Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), shade)
    return sheet, ImageDraw.Draw(sheet)


def _label(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, colour: Any = LABEL, size: int = 30) -> None:
    draw.text(at, text, font=_font(size), fill=colour)


def _ink(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int = 36) -> None:
    draw.text(at, text, font=_font(size), fill=INK)


def _marked(sheet: Image.Image) -> Image.Image:
    """So that no picture of ours can be taken for a real paper."""
    mark = Image.new("L", sheet.size, 0)
    ImageDraw.Draw(mark).text((sheet.width // 3, sheet.height // 3), "样本", font=_font(sheet.height // 3), fill=26)
    sheet.paste((120, 120, 120), (0, 0), mark.rotate(24))
    return sheet


def _photographed(flat: Image.Image, damage: Damage, rng: random.Random) -> bytes:
    width, height = flat.size
    if damage.crop:
        flat = flat.crop((int(width * damage.crop), 0, width, int(height * (1 - damage.crop))))
    else:
        desk = Image.new("RGB", (int(width * 1.35), int(height * 1.5)), (104, 88, 72))
        desk.paste(flat, ((desk.width - width) // 2, (desk.height - height) // 2))
        flat = desk
    if damage.tilt:
        flat = flat.rotate(rng.uniform(-damage.tilt, damage.tilt), Image.Resampling.BICUBIC, fillcolor=(104, 88, 72))
    if damage.perspective:
        flat = _leaning(flat, damage.perspective, rng)
    if damage.shadow:
        shade = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180, 270))).resize(flat.size)
        dark = flat.point(lambda value: int(value * (1 - damage.shadow)))
        flat = Image.composite(dark, flat, shade)
    if damage.glare:
        spot = Image.new("L", flat.size, 0)
        x, y = flat.width * rng.uniform(0.4, 0.5), flat.height * rng.uniform(0.4, 0.5)
        ImageDraw.Draw(spot).ellipse((x - 330, y - 190, x + 330, y + 190), fill=255)
        flat.paste((255, 255, 255), (0, 0), spot.filter(ImageFilter.GaussianBlur(20)))
    if damage.blur:
        flat = flat.filter(ImageFilter.GaussianBlur(damage.blur))
    if damage.noise:
        drawn = np.random.default_rng(rng.getrandbits(64)).normal(128, damage.noise * 2, (flat.height, flat.width))
        grain = Image.fromarray(drawn.clip(0, 255).astype(np.uint8)).convert("RGB")
        flat = Image.blend(flat, grain, min(0.3, damage.noise / 60))
    kept = io.BytesIO()
    flat.save(kept, "JPEG", quality=damage.quality)
    return kept.getvalue()


def _leaning(flat: Image.Image, by: float, rng: random.Random) -> Image.Image:
    width, height = flat.size

    def off(whole: int) -> float:
        return rng.uniform(0, by) * whole

    corners = (
        (off(width), off(height)), (off(width), height - off(height)),
        (width - off(width), height - off(height)), (width - off(width), off(height)),
    )  # fmt: skip
    quad = tuple(part for corner in corners for part in corner)
    return flat.transform(flat.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
