"""The server of an adjudication lets in who has the printed link: no other site, name or program."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from standoff.errors import ConfigError
from standoff.review.desk import Desk
from standoff.review.gate import HEADER, Gate
from standoff.review.server import LARGEST_BODY, Server

import reviewcorpus as ferries
from conftest import ROOT, Run

DOC = ferries.DOC


class Client:
    """A browser as far as a test needs one: it keeps the cookie, and can say anything in its headers."""

    def __init__(self, server: Server) -> None:
        self.server, self.gate = server, server.gate
        self.cookie = ""

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str | None) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.gate.port, timeout=20)
        sent = {"Host": f"127.0.0.1:{self.gate.port}", "Cookie": self.cookie} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        connection.putrequest(method, path, skip_host=True)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        if body is not None and "Content-Length" not in sent:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        found = answer.status, answer.headers, answer.read()
        connection.close()
        return found

    def enter(self) -> Client:
        status, headers, _ = self.ask("GET", f"/?token={self.gate.link}")
        assert status == 303
        self.cookie = headers["Set-Cookie"].split(";")[0]
        return self

    def post(self, path: str, value: object, **headers: str | None) -> tuple[int, dict[str, Any]]:
        usual = {
            "Origin": f"http://127.0.0.1:{self.gate.port}", HEADER: self.gate.token, "Content-Type": "application/json"
        }  # fmt: skip
        status, _, body = self.ask("POST", path, json.dumps(value).encode(), **{**usual, **headers})
        found: dict[str, Any] = json.loads(body)
        return status, found


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A client of a server that listens on a free port of this machine alone."""
    root = ferries.write(tmp_path / "corpus")
    (tmp_path / "corpus" / "secret.html").write_text("secret", encoding="utf-8")
    server = Server(Desk(root), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Client(server)
    server.shutdown()
    server.server_close()
    thread.join()


def decision(client: Client, **more: Any) -> dict[str, Any]:
    stamp = client.server.desk.case(DOC).stamp
    return {"stamp": stamp, "key": "a1:m1", "choice": "a2", **more}


def test_the_link_lets_one_browser_in_once(client: Client) -> None:
    assert client.ask("GET", "/review/index.html")[0] == 403
    assert client.ask("GET", "/?token=wrong")[0] == 403
    link = client.gate.link
    client.enter()
    assert client.ask("GET", "/review/index.html")[0] == 200
    assert client.ask("GET", f"/?token={link}")[0] == 303, "who is in already may use it again"
    stranger = Client(client.server)
    status, _, page = stranger.ask("GET", f"/?token={link}")
    assert status == 403 and b"has been used in another browser" in page
    assert stranger.ask("GET", f"/review/{DOC}/index.html")[0] == 403


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    headers = client.ask("GET", f"/?token={client.gate.link}")[1]
    assert headers["Set-Cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert headers["Location"] == "/review/index.html"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"}, {"Host": None}, {"Host": "evil.example:{port}"}, {"Host": "127.0.0.1:1"},
        {"Host": "localhost.evil.example:{port}"}, {"Host": "192.0.2.7:{port}"}, {"Cookie": None}, {HEADER: None},
        {HEADER: "wrong"}, {"Origin": None}, {"Origin": "null"}, {"Origin": "http://evil.example"},
        {"Origin": "https://127.0.0.1:{port}"}, {"Origin": "http://127.0.0.1:1"}, {"Origin": "http://localhost:{port}"},
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Cookie": "standoff-{port}=x"},
    ],
)  # fmt: skip
def test_a_request_from_elsewhere_changes_nothing(client: Client, headers: dict[str, str | None]) -> None:
    client.enter()
    port = str(client.gate.port)
    told = {name: value and value.replace("{port}", port) for name, value in headers.items()}
    assert client.post(f"/review/{DOC}/decide", decision(client), **told)[0] == 403
    assert client.server.desk.case(DOC).draft.decisions == {}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "192.0.2.7:{port}", "[::1", "127.0.0.1", None])
def test_another_host_reads_nothing(client: Client, host: str | None) -> None:
    client.enter()
    told = host and host.replace("{port}", str(client.gate.port))
    status, _, page = client.ask("GET", f"/review/{DOC}/index.html", Host=told)
    assert status in (400, 403) and b"Tarn" not in page


def test_a_page_of_another_site_reads_nothing(client: Client) -> None:
    client.enter()
    for headers in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        assert client.ask("GET", f"/review/{DOC}/index.html", **headers)[0] == 403


def test_what_is_decided_and_saved_by_requests_is_gold(client: Client) -> None:
    client.enter()
    desk = client.server.desk
    status, answer = client.post(f"/review/{DOC}/decide", decision(client))
    assert (status, answer["done"], answer["total"]) == (200, 1, 7)
    status, answer = client.post(f"/review/{DOC}/save", {"stamp": answer["stamp"]})
    assert status == 409 and answer["kind"] == "undecided" and answer["first"].startswith("index.html#k")
    while (case := desk.case(DOC)).open:
        matter = case.table.matters[case.open[0]]
        sent = {"stamp": case.stamp, "key": matter.key, "choice": next(iter(matter.values))}
        assert client.post(f"/review/{DOC}/decide", sent)[0] == 200
    status, answer = client.post(f"/review/{DOC}/save", {"stamp": desk.case(DOC).stamp})
    assert (status, answer["message"]) == (200, "saved: annotations/gold/ferry.json")
    assert json.loads((desk.root / "annotations/gold/ferry.json").read_bytes())["doc_id"] == DOC


def test_conflicts_and_refusals_are_told_apart(client: Client) -> None:
    client.enter()
    desk = client.server.desk
    status, answer = client.post(f"/review/{DOC}/decide", decision(client, stamp="old"))
    assert (status, answer["kind"]) == (409, "conflict")
    while (case := desk.case(DOC)).open:
        matter = case.table.matters[case.open[0]]
        client.post(f"/review/{DOC}/decide", {"stamp": case.stamp, "key": matter.key, "choice": "a1"
                    if "a1" in matter.values else "out"})  # fmt: skip
    client.post(f"/review/{DOC}/decide", {"stamp": desk.case(DOC).stamp, "key": "a1:t1", "choice": "out"})
    status, answer = client.post(f"/review/{DOC}/save", {"stamp": desk.case(DOC).stamp})
    assert (status, answer["kind"]) == (422, "refused")
    assert answer["faults"][0]["anchor"].startswith("k") and "index.html#k" in answer["faults"][0]["page"]
    assert not (desk.root / "annotations/gold").exists()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400), (b"[]", {}, 400), (b"\xff", {}, 400), (b"[" * 50_000, {}, 400), (b"{}", {}, 400),
        (b"{}", {"Content-Type": "text/plain"}, 415), (b"{}", {"Content-Type": None}, 415),
        (b"", {"Content-Length": str(LARGEST_BODY + 1)}, 413), (b"", {"Content-Length": "-1"}, 413),
        (b"", {"Content-Length": "1e3"}, 413), (b"", {"Content-Length": None, "Transfer-Encoding": "chunked"}, 413),
    ],
)  # fmt: skip
def test_only_json_of_bounded_size_is_taken(client: Client, body: bytes, headers: dict[str, str], status: int) -> None:
    client.enter()
    usual = {"Origin": f"http://127.0.0.1:{client.gate.port}", HEADER: client.gate.token,
             "Content-Type": "application/json"}  # fmt: skip
    assert client.ask("POST", f"/review/{DOC}/decide", body, **{**usual, **headers})[0] == status


@pytest.mark.parametrize(
    "path",
    [
        "/../corpus.toml", "/review/../../corpus.toml", "/static/../../../../../etc/passwd", "/%2e%2e/secret.html",
        "/static/%2e%2e/%2e%2e/secret.html", "/static/..%2f..%2fsecret.html", "//etc/passwd", "/secret.html",
        "/static/%00.js", "/review/..%2fferry/index.html", "/review/nobody/index.html", "/review/ferry/99.html",
        "/review/ferry/0.html", "/templates/review.html", "/review.html", "/static/", "/gate.py", "/static/../gate.py",
        "/review/ferry/item.json%00", "/C:/windows/win.ini", "/static/..\\..\\gate.py",
    ],
)  # fmt: skip
def test_no_path_leads_out(client: Client, path: str) -> None:
    client.enter()
    status, _, page = client.ask("GET", path)
    assert status in (400, 404), path
    assert b"secret</" not in page and b"root:" not in page and b"hmac" not in page


def test_every_answer_forbids_what_pages_do_not_need(client: Client) -> None:
    client.enter()
    paths = ["/review/index.html", f"/review/{DOC}/index.html", "/static/review.js", "/nothing", "/?token=x"]
    for method, path in [*(("GET", path) for path in paths), ("PUT", "/<script>"), ("HEAD", "/"), ("<b>", "/")]:
        headers = client.ask(method, path)[1]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"


def test_the_editor_gets_what_it_may_refer_to(client: Client) -> None:
    client.enter()
    found = json.loads(client.ask("GET", f"/review/{DOC}/item.json?key=a1:ev1&layer=")[2])
    assert found["layer"] == "events" and found["value"]["trigger"] == "a1:t1"
    assert {"key": "a1:e3", "layer": "entities", "kind": "", "words": "Alma", "label": "VEHICLE"} in found["items"]
    assert client.ask("GET", f"/review/{DOC}/item.json?key=zz&layer=")[0] == 400
    assert client.ask("GET", f"/review/{DOC}/item.json?key=&layer=wrong")[0] == 400


def test_the_audit_pages_are_served_with_the_way_to_the_review(client: Client) -> None:
    client.enter()
    assert b"being made" in client.ask("GET", "/index.html")[2]
    client.server.audit._make()
    status, _, page = client.ask("GET", f"/documents/{DOC}/index.html")
    assert status == 200 and f'href="../../review/{DOC}/index.html">Adjudicate'.encode() in page
    assert client.ask("GET", "/index.html")[0] == 200
    assert client.ask("GET", "/.standoff-site")[0] == 404
    assert client.post("/review/refresh", {})[0] == 202


def test_it_listens_on_this_machine_alone(client: Client) -> None:
    assert client.server.server_address[0] == "127.0.0.1"
    assert client.gate.is_loopback
    assert not Gate("0.0.0.0", 80).is_loopback and not Gate("192.0.2.7", 80).is_loopback
    assert Gate("::1", 80).is_loopback and Gate("localhost", 80).is_loopback


@pytest.mark.parametrize(
    ("bound", "host", "known"),
    [
        ("127.0.0.1", "127.0.0.1:8000", True), ("127.0.0.1", "localhost:8000", True), ("::1", "[::1]:8000", True),
        ("127.0.0.1", "LOCALHOST:8000", True), ("127.0.0.1", "192.0.2.7:8000", False),
        ("0.0.0.0", "192.0.2.7:8000", True), ("0.0.0.0", "evil.example:8000", False),
        ("office.example", "office.example:8000", True), ("127.0.0.1", "127.0.0.1", False), ("127.0.0.1", "", False),
        ("127.0.0.1", "127.0.0.1:08000x", False),
    ],
)  # fmt: skip
def test_hosts_are_addresses_or_the_name_that_was_given(bound: str, host: str, known: bool) -> None:
    assert Gate(bound, 8000).knows_host(host) is known


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path, run: Run) -> None:
    root = ferries.write(tmp_path / "corpus")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match="choose another --port"):
            Server(Desk(root), "127.0.0.1", port)
        status, _, errors = run("review", root, "--port", port)
    assert status == 2 and "cannot listen on 127.0.0.1" in errors
    assert run("review", tmp_path / "nothing")[0] == 2
    assert run("review", root, "--port", "70000")[0] == 2
    assert run("review", root, "--annotator", "Vik")[0] == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent there")
def test_ctrl_c_ends_it_with_status_0(tmp_path: Path) -> None:
    root = ferries.write(tmp_path / "corpus")
    program = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); " + (
        "from standoff.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "review", str(root), "--by", "r1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "builder"), "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        assert re.fullmatch(r"open http://127\.0\.0\.1:\d+/\?token=[\w-]{32}\n", lines[1]), lines
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    assert errors.splitlines()[-1] == "ended; drafts are kept in .review/"
    assert "Traceback" not in errors
