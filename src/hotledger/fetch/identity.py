"""The headers by which a request introduces itself. Cookies are not here: `cookies` adds them per host."""

from __future__ import annotations

from collections.abc import Mapping

from hotledger import __version__
from hotledger.model import Identity

_DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36"
_MOBILE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1"
)

_AGENTS = {Identity.DESKTOP: _DESKTOP, Identity.MOBILE: _MOBILE, Identity.PLAIN: f"hotledger/{__version__}"}

_COMMON = {
    # Pages come first, as from a browser: some sites give JSON in place of a page to whoever prefers JSON.
    "accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
    "accept-language": "zh-CN,zh;q=0.9,en;q=0.6",
    "accept-encoding": "gzip, deflate, br, zstd",
}


def headers_of(identity: Identity, own: Mapping[str, str], user_agent: str | None = None) -> dict[str, str]:
    """The headers of a request, names in lower case. `user_agent` replaces the identity's, `own` overrides all."""
    agent = {"user-agent": user_agent or _AGENTS[identity]}
    return agent | _COMMON | {name.lower(): value for name, value in own.items()}
