"""Who may read and write: checks of a request that need no server to be tried.

A page of another site may send requests to this machine, and a name of its own may lead here (DNS rebinding). So
the Host must be an address or name of this server, an Origin the server's own, whoever reads has the cookie that the
printed link gave once, and whoever writes sends the token that stands in the pages.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

HEADER = "X-Standoff-Token"
"""The header of a request that changes something."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""The content security policy of every answer."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""The headers of every answer."""


def _secret() -> str:
    return secrets.token_urlsafe(24)


@dataclass
class Gate:
    """The secrets of one server: `link` is good once, `cookie` lets read, `token` lets write; `host` is bound."""

    host: str
    port: int
    link: str | None = field(default_factory=_secret)
    cookie: str = field(default_factory=_secret)
    token: str = field(default_factory=_secret)

    @property
    def cookie_name(self) -> str:
        """The name of the cookie; ports of one machine share cookies, so that it has the port in it."""
        return f"standoff-{self.port}"

    @property
    def url(self) -> str:
        """The link to print. Addresses that mean all of a machine's lead to this machine."""
        wild = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
        name = wild.get(self.host, self.host)
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}/?token={self.link}"

    @property
    def is_loopback(self) -> bool:
        """True where only this machine is listened to."""
        return _is_loopback(self.host)

    def knows_host(self, host: str | None) -> bool:
        """Say whether a Host header names this server: an address, never a name that somebody could let lead here."""
        name, port = _split(host or "")
        if port != self.port:
            return False
        if name in ("localhost", self.host):
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback if self.is_loopback else True

    def knows_origin(self, headers: Mapping[str, str], *, needed: bool) -> bool:
        """Say whether a request comes from a page of this server; without `needed` none may be given."""
        site = headers.get("Sec-Fetch-Site")
        if site is not None and site not in ("same-origin", "none"):
            return False
        origin = headers.get("Origin")
        return not needed if origin is None else origin == f"http://{headers.get('Host')}"

    def redeem(self, link: str) -> bool:
        """Say whether a link is the printed one, and has not been used yet; from here on it is."""
        if self.link is None or not _same(self.link, link):
            return False
        self.link = None
        return True

    def may_read(self, cookies: str | None) -> bool:
        """Say whether a request has the cookie."""
        try:
            found = SimpleCookie(cookies or "").get(self.cookie_name)
        except CookieError:
            return False
        return found is not None and _same(self.cookie, found.value)

    def may_write(self, token: str | None) -> bool:
        """Say whether a request has the token."""
        return token is not None and _same(self.token, token)


def _same(secret: str, given: str) -> bool:
    return hmac.compare_digest(secret.encode(), given.encode("utf-8", "surrogateescape"))


def _split(host: str) -> tuple[str, int | None]:
    name, colon, port = host.rpartition(":")
    if not colon or not port.isascii() or not port.isdecimal() or len(port) > 5:
        return host, None
    return name.removeprefix("[").removesuffix("]").lower(), int(port)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
