"""Opens pages of a browser and notes whatever goes wrong in them: errors in the console, failed requests, other hosts, dialogs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Request, Response

TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > room + 1);
  return wide.filter((each) => !each.closest(".wide, .calendar, .unseen")).slice(-3).map((each) => each.outerHTML.slice(0, 200));
}"""
"""What makes a page scroll sideways."""
_LOCAL = {"127.0.0.1"}
_PHONE = {"width": 390, "height": 844}
DESK = {"width": 1200, "height": 800}


class Watched:
    """Pages of one browser under watch. What `expected` holds is no trouble."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.troubles: list[str] = []
        self.expected: set[str] = set()

    async def page(self, *, phone: bool = False, dark: bool = False, language: str = "en", script: bool = True) -> Page:
        """A fresh page in a browser that knows nothing of the others."""
        options: dict[str, Any] = {"viewport": _PHONE if phone else DESK, "color_scheme": "dark" if dark else "light"}
        context = await self._browser.new_context(
            **options, locale={"en": "en-GB", "zh": "zh-CN"}[language], java_script_enabled=script, reduced_motion="reduce"
        )
        self._contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda said: self._note(said.type in {"error", "warning"}, f"console: {said.text} ({said.location})"))
        page.on("pageerror", lambda error: self._note(True, f"script: {error}"))
        page.on("dialog", lambda shown: self._note(True, f"dialog: {shown.message}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        return page

    async def close(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            await context.close()

    def _note(self, is_trouble: bool, what: str) -> None:
        if is_trouble and not any(each in what for each in self.expected):
            self.troubles.append(what)

    def _asked(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        self._note(host not in _LOCAL and not request.url.startswith("data:"), f"asked another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # What is still under way when its page is left is aborted.
        self._note(request.failure != "net::ERR_ABORTED", f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        self._note(response.status >= 400, f"status {response.status}: {response.url}")
