"""Somebody at a desk: a browser of its size, driven by what is written on the screen and by keyboard."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from xindai_sandbox.client import one_time_code

SIZE = {"width": 1440, "height": 900}
PATIENCE = 30_000
SECONDS_OF_A_CODE = 30
expect.set_options(timeout=PATIENCE)  # a machine that is busy with other tests is slow, not wrong
ROOT = Path(__file__).parents[1]
BUILT = ROOT / "src" / "xindai" / "_web" / "console"
AXE = ROOT / "web" / "miniapp" / "node_modules" / "axe-core" / "axe.min.js"


class Desk:
    """One member of staff before the console: what is seen, pressed and typed."""

    def __init__(self, browser: Browser, base: str, *, language: str = "zh", dark: bool = False) -> None:
        self._context = browser.new_context(
            viewport=SIZE, locale="zh-CN", color_scheme="dark" if dark else "light", accept_downloads=True
        )
        self._context.set_default_timeout(PATIENCE)
        chosen = f"if (location.host) localStorage.setItem('xindai.language', '{language}')"
        self._context.add_init_script(chosen)
        self.page: Page = self._context.new_page()
        self.base = base
        self.broken: list[str] = []
        self.loaded: list[str] = []
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("requestfinished", lambda request: self.loaded.append(request.url))

    def _hear(self, kind: str, text: str) -> None:
        """What the browser complains of, and words that the catalogue lacks; refusals are meant."""
        if "Failed to load resource" in text:
            return
        if kind == "error" or "no word for" in text:
            self.broken.append(text)

    def logs_in(self, home: Path, name: str) -> Desk:
        """With name, password and the code of the moment; where somebody has used that one up, with the next."""
        self.page.goto(f"{self.base}/console/")
        who = json.loads((home / "keys" / f"{name}.json").read_text(encoding="utf-8"))
        self.page.locator("#name").fill(who["name"])
        self.page.locator("#password").fill(who["password"])
        inside = self.page.locator("nav .ant-menu-root")
        tried = ""
        for _ in range(SECONDS_OF_A_CODE * 2):
            code = one_time_code(who["totp_secret"])
            if code == tried:
                self.page.wait_for_timeout(1000)
                continue
            tried = code
            self.page.locator("#code").fill(code)
            self.page.locator("button[type=submit]").click()
            expect(inside.or_(self.page.get_by_role("alert"))).to_be_visible()
            if inside.is_visible():
                return self
        raise AssertionError(f"{name} does not get in")

    def open(self, place: str) -> None:
        """Go to a page by its address."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.base}/console/#/{place}")
        expect(self.main).to_be_visible()

    @property
    def main(self) -> Locator:
        """What is not menu nor head."""
        return self.page.locator(".ant-layout-content")

    @property
    def form(self) -> Locator:
        """The dialog on top."""
        return self.page.get_by_role("dialog").last

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Something stands on the page, at once or in a moment."""
        expect(self.main).to_contain_text(text)

    def does_not_see(self, text: str) -> None:
        """Something does not, or no longer, stand on the page."""
        expect(self.main).not_to_contain_text(text)

    def menu(self) -> str:
        """The sections that are offered, all of them unfolded one after the other."""
        nav = self.page.locator("nav")
        told = []
        for part in nav.locator(".ant-menu-submenu-title").all():
            group = part.locator("xpath=..")
            self._unfolds(part, group.locator(".ant-menu-sub .ant-menu-item").last)
            told.append(group.inner_text())
        return " ".join([nav.inner_text(), *told])

    def _unfolds(self, title: Locator, last: Locator) -> None:
        """Press the title of a group until the last of the group is seen: a page that is still opening folds it again."""
        for _ in range(3):
            if title.get_attribute("aria-expanded") != "true":
                title.click()
            try:
                expect(last).to_be_visible(timeout=PATIENCE / 6)
            except AssertionError:
                continue
            return
        raise AssertionError(f"{title.inner_text()} does not unfold")

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press a button by what it says."""
        (within or self.main).get_by_role("button", name=name, exact=True).first.click()

    def offers(self, name: str) -> bool:
        """Whether such a button is there."""
        return self.main.get_by_role("button", name=name, exact=True).count() > 0

    def row(self, text: str) -> Locator:
        """The row of a table that says so."""
        return self.main.locator("tr.ant-table-row, .ant-table-row").filter(has_text=text).first

    def tab(self, name: str) -> None:
        """Turn to a tab."""
        self.main.get_by_role("tab", name=name, exact=True).click()

    def acts(self, name: str, *, within: Locator | None = None, **typed: Any) -> None:
        """Press a button, fill its form by the names of the fields, and send it; the form closes."""
        self.tries(name, within=within, **typed)
        try:
            expect(self.page.get_by_role("dialog")).to_have_count(0)
        except AssertionError:
            raise AssertionError(f"{name} does not go through; the form says: {self.form.inner_text()}") from None

    def asks(self, name: str, *, within: Locator | None = None) -> None:
        """Press a button that opens a form; where the page was still moving under it, press once more."""
        forms = self.page.get_by_role("dialog")
        before = forms.count()
        for _ in range(3):
            self.press(name, within=within)
            try:
                expect(forms).to_have_count(before + 1, timeout=PATIENCE / 6)
            except AssertionError:
                continue
            return
        raise AssertionError(f"{name} opens nothing")

    def tries(self, name: str, *, within: Locator | None = None, **typed: Any) -> None:
        """The same, whatever the server says to it."""
        self.asks(name, within=within)
        for label, value in typed.items():
            self.fills(label, value)
        self.form.get_by_role("button", name=name, exact=True).click()

    def fills(self, label: str, value: Any) -> None:
        """A field of the form on top: typed, chosen of a list, or several of it, switched; or a document chosen as a file."""
        field = self.form.get_by_label(label, exact=True)
        if isinstance(value, dict):
            content = json.dumps(value, ensure_ascii=False).encode()
            field.set_input_files({"name": "document.json", "mimeType": "application/json", "buffer": content})
            return
        if field.get_attribute("role") == "combobox":
            box = field.locator("xpath=ancestor::div[contains(@class, 'ant-select-selector')]")
            for one in value if isinstance(value, list) else ():
                box.click()
                field.fill(one)
                self.page.locator(f'.ant-select-item-option[title="{one}"]').last.click()
            if isinstance(value, list):
                return
            if box.inner_text().strip() == value:
                return
            box.click()
            self.page.locator(f'.ant-select-item-option[title="{value}"]').last.click()
        elif field.get_attribute("role") == "switch":
            if (field.get_attribute("aria-checked") == "true") != value:
                field.click()
        else:
            field.fill(str(value))

    def is_refused(self, text: str) -> None:
        """The form says no, and keeps what was typed; it is closed."""
        expect(self.form.get_by_role("alert")).to_contain_text(text)
        self.form.get_by_role("button", name=re.compile("^(取消|Cancel)$")).click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def keeps_picture(self, name: str) -> None:
        """A picture for people to look at, where a folder for them is named; nothing on it may shut people out."""
        folder = os.environ.get("XINDAI_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"console-{name}.png")

    def is_accessible(self) -> list[str]:
        """What axe finds serious on the page as it stands: what fades in or out is taken as it ends."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        at_rest = self.page.add_style_tag(
            content="* { animation-duration: 0s !important; transition: none !important }"
        )
        found = self.page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        at_rest.evaluate("style => style.remove()")
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in {"serious", "critical"}
        ]
