"""The server of an adjudication: pages and JSON on one address, closed to everybody who has not the printed link."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import AF_INET6, AddressFamily, socket
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from standoff.errors import ConfigError, OutputError, StandoffError
from standoff.review import api
from standoff.review.api import Answer, BadRequest
from standoff.review.auditpages import AuditPages
from standoff.review.desk import Conflict, Desk
from standoff.review.gate import HEADER, HEADERS, Gate
from standoff.review.pages import HERE, Press
from standoff.site import pages as site

LARGEST_BODY = 1 << 20
"""Most bytes that a request may send."""

_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
          ".js": "text/javascript; charset=utf-8"}  # fmt: skip
_PAGE = re.compile(r"/review/([A-Za-z0-9][A-Za-z0-9._-]{0,127})/(?:index|([0-9]{1,4}))\.html")
_CALL = re.compile(r"/review/([A-Za-z0-9][A-Za-z0-9._-]{0,127})/(decide|save|discard)")
_ITEM = re.compile(r"/review/([A-Za-z0-9][A-Za-z0-9._-]{0,127})/item\.json")
_FILE = re.compile(r"/(?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*\.(?:html|css|js)")


class Server(ThreadingHTTPServer):
    """Serves one desk. `failed` is told of what should not happen, in one line."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, desk: Desk, host: str, port: int, failed: Callable[[str], None] = lambda line: None) -> None:
        """Raises ConfigError where the address cannot be listened on."""
        self.desk, self.failed = desk, failed
        self.audit = AuditPages(desk)
        self.address_family: AddressFamily | int = AF_INET6 if ":" in host else socket().family
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ConfigError(None, f"cannot listen on {host}, port {port}: {reason}; choose another --port") from None
        self.gate = Gate(host, int(self.server_address[1]))
        self.press = Press(desk, self.gate.token)

    def server_bind(self) -> None:
        """Bind, and ask no name server what this machine is called."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def server_close(self) -> None:
        """Close, and remove the pages of the audit site."""
        super().server_close()
        self.audit.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what failed in one line; a browser that goes away is no failure."""
        import sys

        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            self.failed(f"a request failed: {type(error).__name__}: {error}")


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "standoff"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer with a page, a file, or what an editor needs."""
        url = urlsplit(self.path)
        path, query = unquote(url.path), parse_qs(url.query)
        gate = self.server.gate
        if not gate.knows_host(self.headers.get("Host")):
            return self._say(403, "Not here", "This address is not one of this server's.")
        if path == "/" and "token" in query:
            return self._enter(query["token"][0])
        if not gate.may_read(self.headers.get("Cookie")):
            return self._say(403, "Closed", "Open the link that standoff review has printed; it lets one browser in.")
        if not gate.knows_origin(self._headers(), needed=False):
            return self._say(403, "Closed", "A page of another site has asked for this. Open it from the review.")
        return self._guarded(lambda: self._page(path, query))

    def do_POST(self) -> None:
        """Keep a decision, save gold, discard a draft, or make the audit pages anew."""
        gate = self.server.gate
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            return self._json(413, {"message": f"a request has a length of at most {LARGEST_BODY} bytes"})
        body = self.rfile.read(int(length))
        ours = gate.knows_host(self.headers.get("Host")) and gate.knows_origin(self._headers(), needed=True)
        allowed = gate.may_read(self.headers.get("Cookie")) and gate.may_write(self.headers.get(HEADER))
        if not (ours and allowed):
            return self._json(403, {"message": "this request does not come from a page of this server"})
        if self.headers.get_content_type() != "application/json":
            return self._json(415, {"message": "a request is JSON"})
        return self._guarded(lambda: self._json(*self._called(unquote(urlsplit(self.path).path), body)))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request of a browser like everything else, with the same headers."""
        self.close_connection = True
        self._json(int(code), {"message": message or "this is no request that a page of this server sends"})

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing for a request."""

    def _headers(self) -> dict[str, str]:
        return {name.title(): value for name, value in self.headers.items()}

    def _called(self, path: str, body: bytes) -> Answer:
        try:
            sent = json.loads(body.decode("utf-8"))
        except (UnicodeDecodeError, ValueError, RecursionError):
            raise BadRequest("the request is no JSON") from None
        if not isinstance(sent, dict):
            raise BadRequest("the request is no JSON object")
        desk = self.server.desk
        if path == "/review/refresh":
            self.server.audit.make()
            return 202, {"message": "they are being made"}
        match = _CALL.fullmatch(path)
        if not match or match[1] not in desk.entries:
            return 404, {"message": "there is no such document"}
        if match[2] == "save":
            return api.save(desk, self.server.press, match[1], sent)
        return api.discard(desk, match[1], sent) if match[2] == "discard" else api.decide(desk, match[1], sent)

    def _guarded(self, answer: Callable[[], None]) -> None:
        """Answer; what is wrong with a request, or with the files, is an answer as well."""
        wants_json = self.command == "POST" or self.path.partition("?")[0].endswith(".json")
        try:
            answer()
        except Conflict as error:
            self._json(*api.conflict(error))
        except BadRequest as error:
            self._json(400, {"message": str(error)})
        except StandoffError as error:
            status = 507 if isinstance(error, OutputError) else 500
            if wants_json:
                self._json(status, {"message": str(error)})
            else:
                self._say(status, "This cannot be shown", str(error))

    def _page(self, path: str, query: dict[str, list[str]]) -> None:
        desk, press = self.server.desk, self.server.press
        if path in ("/", "/review/", "/review/index.html"):
            if path != "/review/index.html":
                return self._redirect("/review/index.html")
            return self._send(200, press.index(self.server.audit.state), _TYPES[".html"])
        if (match := _ITEM.fullmatch(path)) and match[1] in desk.entries:
            wanted = [query.get(name, [""])[0] for name in ("key", "layer")]
            return self._json(*api.describe(desk, match[1], *wanted))
        if (match := _PAGE.fullmatch(path)) and match[1] in desk.entries:
            found = press.sheet(match[1], int(match[2] or 1))
            if found is not None:
                return self._send(200, found, _TYPES[".html"])
        return self._file(path)

    def _file(self, path: str) -> None:
        """Answer with a file of ours or of the audit site; no name begins with a dot, so that none leads out."""
        if _FILE.fullmatch(path):
            roots = [HERE, self.server.audit.folder, site.HERE]
            for root in [each for each in roots if each]:
                file = Path(root, path[1:])
                inside = path.startswith("/static/") or root is self.server.audit.folder
                if inside and file.is_file() and file.resolve().is_relative_to(root.resolve()):
                    return self._send(200, file.read_bytes(), _TYPES[file.suffix])
        if path.endswith(".html") and not path.startswith("/review/"):
            state = self.server.audit.state
            return self._say(404, "Not there", f"There is no such page. Of the pages of the audit: {state}.")
        return self._say(404, "Not there", "There is no such page.")

    def _enter(self, link: str) -> None:
        """Exchange the printed link for a cookie; a browser that has it already may use the link again."""
        gate = self.server.gate
        if gate.redeem(link):
            cookie = f"{gate.cookie_name}={gate.cookie}; Path=/; HttpOnly; SameSite=Strict"
            return self._redirect("/review/index.html", {"Set-Cookie": cookie})
        if gate.may_read(self.headers.get("Cookie")):
            return self._redirect("/review/index.html")
        text = ("This link has been used in another browser, or is not whole. End standoff review with Ctrl-C and "
                "start it again: it prints a new one.")  # fmt: skip
        return self._say(403, "Closed", text)

    def _redirect(self, place: str, headers: dict[str, str] | None = None) -> None:
        self._send(303, b"", _TYPES[".html"], {"Location": place, **(headers or {})})

    def _say(self, status: int, title: str, text: str) -> None:
        self._send(status, self.server.press.message(title, text), _TYPES[".html"])

    def _json(self, status: int, value: dict[str, Any]) -> None:
        data = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        self._send(status, data, "application/json; charset=utf-8")

    def _send(self, status: int, data: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        sent = {**HEADERS, **(headers or {}), "Content-Type": kind, "Content-Length": str(len(data))}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
