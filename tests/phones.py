"""Somebody who holds a phone: a browser of its size, driven as a thumb would."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[1]
APP = ROOT / "web" / "miniapp"
BUILT = ROOT / "src" / "xindai" / "_web" / "miniapp" / "index.html"
AXE = APP / "node_modules" / "axe-core" / "axe.min.js"
NODE = shutil.which("node") or str(ROOT / ".venv" / "node" / "bin" / "node")
SIZE = {"width": 390, "height": 844}
PATIENCE = 30_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the machine; without one, or without the app, these tests say so and are left out."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    assert BUILT.is_file(), "the app is not built: make .venv/web"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class PhoneInHand:
    """One phone: what is seen on it, what is tapped, how often."""

    def __init__(self, browser: Browser, base: str, *, dark: bool = False, camera: bool = False) -> None:
        self._context = browser.new_context(
            viewport=SIZE, device_scale_factor=2, locale="zh-CN", color_scheme="dark" if dark else "light"
        )
        if camera:
            self._context.grant_permissions(["camera"])
        self._context.set_default_timeout(PATIENCE)
        self.page: Page = self._context.new_page()
        self.base = base
        self.taps = 0
        self.broken: list[str] = []
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:  # refusals and lost networks are meant
            self.broken.append(text)

    def open(self, place: str = "") -> None:
        """Open the app, at its beginning or at a page of it."""
        self.page.goto("about:blank")  # the same page once more is opened anew as well
        self.page.goto(f"{self.base}/#/{place}" if place else f"{self.base}/")

    def _shown(self) -> Any:
        """The page on top; those below it are kept by the router, and are not seen."""
        return self.page.locator(".taro_page:visible").last

    def tap(self, name: str, *, exact: bool = True) -> None:
        """Tap a button by what it says."""
        self._shown().get_by_role("button", name=name, exact=exact).first.click()
        self.taps += 1

    def choose(self, name: str, *, of: str | None = None) -> None:
        """Choose one of a few, where they go by a name of their own."""
        within = self._shown().get_by_role("radiogroup", name=of) if of else self._shown()
        within.get_by_role("radio", name=name, exact=True).click()
        self.taps += 1

    def tick(self, text: str) -> None:
        """Say yes by hand."""
        self._shown().get_by_role("checkbox", name=re.compile(re.escape(text))).check()
        self.taps += 1

    def type(self, label: str, text: str) -> None:
        """Type into the field of that name."""
        self._shown().get_by_label(label, exact=True).fill(text)
        self.taps += 1

    def slide(self, label: str, to: int) -> None:
        """Move a slider to a step."""
        self._shown().get_by_role("slider", name=label).fill(str(to))
        self.taps += 1

    def sees(self, text: str) -> None:
        """Something stands on the screen, at once or in a moment."""
        expect(self._shown()).to_contain_text(text, timeout=PATIENCE)

    def sees_any(self, *texts: str) -> None:
        """One of these stands on the screen, at once or in a moment."""
        expect(self._shown()).to_contain_text(re.compile("|".join(map(re.escape, texts))), timeout=PATIENCE)

    def does_not_see(self, text: str) -> None:
        """Something is not, or no longer, on the screen."""
        expect(self._shown()).not_to_contain_text(text, timeout=PATIENCE)

    def taps_twice(self, name: str) -> None:
        """An impatient thumb."""
        self._shown().get_by_role("button", name=name, exact=True).first.dblclick()
        self.taps += 2

    def holds(self, label: str, text: str) -> None:
        """A field holds that, at once or in a moment."""
        expect(self._shown().get_by_label(label, exact=True)).to_have_value(text, timeout=PATIENCE)

    def has_picture(self, name: str) -> None:
        """A picture of that name is there, and is one."""
        image = self._shown().get_by_role("img", name=name)
        expect(image).to_be_visible()
        drawn = "one => new Promise(done => one.decode().then(() => done(one.naturalWidth > 0), () => done(false)))"
        assert image.evaluate(drawn), image.get_attribute("src")

    def can_tap(self, name: str) -> bool:
        """Whether a button is there and can be pressed."""
        return bool(self._shown().get_by_role("button", name=name, exact=True).first.is_enabled())

    def text(self) -> str:
        """All that stands on the screen."""
        return str(self._shown().inner_text())

    def gives_picture(self, button: str, picture: bytes) -> None:
        """Take a picture with the camera."""
        with self.page.expect_file_chooser() as chosen:
            self._shown().get_by_role("button", name=button).first.click()
        self.taps += 1
        chosen.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture})

    def saves(self, button: str) -> bytes:
        """Tap what saves a file; the file."""
        with self.page.expect_download() as saved:
            self._shown().get_by_role("button", name=button).first.click()
        return Path(saved.value.path()).read_bytes()

    def enlarges_letters(self, times: float) -> None:
        """Somebody who set their browser to larger letters."""
        session = self._context.new_cdp_session(self.page)
        session.send("Page.setFontSizes", {"fontSizes": {"standard": round(16 * times), "fixed": round(13 * times)}})

    def hidden_at_the_side(self) -> list[str]:
        """What on the screen reaches over its right edge, or is cut off in its own box."""
        found: list[str] = self._shown().evaluate(
            """(page) => [...page.querySelectorAll('button, input, p, h1, h2, h3, dd, dt, label, span, td, th')]
                .filter((one) => one.offsetParent && !one.closest('.unseen, .camera') && getComputedStyle(one).position !== 'absolute')
                .filter((one) => one.getBoundingClientRect().right > innerWidth + 1
                    || (one.matches('button') && one.scrollWidth > one.clientWidth + 2))
                .map((one) => `${one.tagName} ${one.textContent.slice(0, 40)}`)"""
        )
        return found

    def logs_in(self, phone: str) -> None:
        """By the code that the demo shows instead of sending it."""
        self.type("手机号", phone)
        self.tap("获取验证码")
        self.sees("验证码是")
        found = re.search(r"验证码是 (\d{6})", self.text())
        assert found, self.text()
        self.type("短信验证码", found[1])
        self.tap("登录")

    def holds_session(self, token: str) -> None:
        """The session that this phone goes on in."""
        kept = json.dumps({"data": token})
        self.page.evaluate("kept => localStorage.setItem('xindai.token', kept)", kept)

    def offline(self, away: bool) -> None:
        """Lose the network, or find it again."""
        self._context.set_offline(away)

    def loses_answers(self, address: str, *, times: int) -> None:
        """What is sent there arrives and is done, but its answer is lost on the way back."""

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        self.page.route(address, lose, times=times)

    def looks(self, name: str) -> None:
        """Keep a picture of the screen, where pictures are wanted (`XINDAI_SCREENSHOTS=folder`)."""
        self.is_accessible(name)
        folder = os.environ.get("XINDAI_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.wait_for_timeout(350)  # pages slide in
            self.page.screenshot(path=f"{folder}/{name}.png")

    def is_accessible(self, name: str) -> None:
        """Nothing on the screen that axe calls serious (WCAG 2.1 A and AA)."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})).violations"
            ".filter(one => ['serious', 'critical'].includes(one.impact))"
            ".map(one => [one.id, one.help, one.nodes.map(node => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? ''))])"
        )
        assert found == [], (name, found)

    def put_away(self) -> None:
        """Close it; whatever went wrong inside the page is told now."""
        self._context.close()
        assert self.broken == []
