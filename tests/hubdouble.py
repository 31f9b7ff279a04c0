"""A small double of the Hugging Face Hub: enough of its HTTP to publish to by huggingface_hub, and to load from.

It keeps commits in memory and listens on loopback. `cut_after` makes it drop the connection of every request after
that many, as a network that fails does. Where it has a `token`, whoever writes must have it, too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

_LFS = re.compile(r".*\.parquet")


class Hub:
    """Repositories: commits (id -> files), the head of main, tags; and the large files by SHA-256."""

    def __init__(self) -> None:
        self.commits: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
        self.heads: dict[str, str] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.blobs: dict[str, bytes] = {}
        self.requests = 0
        self.cut_after: int | None = None
        self.token: str | None = None
        self.lock = threading.Lock()
        hub = self

        class Handler(_Handler):
            """The handler of this hub."""

        Handler.hub = hub
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()

    def resolve(self, repo: str, revision: str) -> str | None:
        """Return the commit of a branch, a tag or a commit id."""
        if repo not in self.heads:
            return None
        names = {"main": self.heads[repo], **self.tags[repo]}
        name = names.get(revision, revision)
        return name if name in self.commits[repo] else None

    def commit(self, repo: str, files: dict[str, dict[str, Any]]) -> str:
        """Add a commit to main and return its id."""
        number = len(self.commits[repo])
        name = hashlib.sha1(f"{repo} {number} {json.dumps(sorted(files))}".encode()).hexdigest()
        self.commits[repo][name] = files
        self.heads[repo] = name
        return name


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def _begin(self) -> bool:
        with self.hub.lock:
            self.hub.requests += 1
            cut = self.hub.cut_after is not None and self.hub.requests > self.hub.cut_after
        if cut:
            self.close_connection = True
            self.connection.close()
        return not cut

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            data = b""
            while size := int(self.rfile.readline().strip() or b"0", 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, value: Any = None, status: int = 200, headers: dict[str, str] | None = None) -> None:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _missing(self, code: str) -> None:
        self._answer({"error": code}, 404, {"X-Error-Code": code, "X-Error-Message": code})

    def do_HEAD(self) -> None:
        """Answer as GET does, without the body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer what a reader asks: refs, trees, revisions, files."""
        if not self._begin():
            return
        path = unquote(urlsplit(self.path).path)
        if match := re.fullmatch(r"/datasets/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self._file(*match.groups())
        elif match := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/refs", path):
            self._refs(match[1])
        elif match := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/tree/([^/]+)(?:/(.*))?", path):
            self._tree(match[1], match[2], match[3] or "")
        elif match := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)(?:/revision/([^/]+))?", path):
            self._info(match[1], match[2] or "main")
        elif path.startswith("/lfs/"):
            self._answer(self.hub.blobs[path[5:]])
        else:
            self._missing("EntryNotFound")

    def do_POST(self) -> None:
        """Take what a writer sends: a repository, a commit, a tag, and what comes before."""
        body = self._body()
        if not self._begin():
            return
        if self.hub.token and self.headers.get("Authorization") != f"Bearer {self.hub.token}":
            self._answer({"error": "Invalid username or password."}, 401)
            return
        path = unquote(urlsplit(self.path).path)
        if path == "/api/repos/create":
            self._create(json.loads(body))
        elif path == "/api/validate-yaml":
            self._answer({"errors": [], "warnings": []})
        elif match := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/preupload/([^/]+)", path):
            self._preupload(json.loads(body))
        elif match := re.fullmatch(r"/datasets/([^/]+/[^/]+)\.git/info/lfs/objects/batch", path):
            self._batch(json.loads(body))
        elif path == "/lfs-verify":
            self._answer({})
        elif match := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/commit/([^/]+)", path):
            self._commit(match[1], body)
        elif match := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/tag/([^/]+)", path):
            self._tag(match[1], match[2], json.loads(body))
        elif match := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)/paths-info/([^/]+)", path):
            self._answer([])
        else:
            self._missing("EntryNotFound")

    def do_PUT(self) -> None:
        """Take a large file."""
        body = self._body()
        if self._begin():
            self.hub.blobs[hashlib.sha256(body).hexdigest()] = body
            self._answer({})

    def _create(self, wanted: dict[str, Any]) -> None:
        repo = f"{wanted.get('organization') or 'me'}/{wanted['name'].split('/')[-1]}"
        status = 409 if repo in self.hub.heads else 200
        if status == 200:
            self.hub.commits[repo], self.hub.tags[repo] = {}, {}
            self.hub.commit(repo, {})
        self._answer({"url": f"{self.hub.url}/datasets/{repo}"}, status)

    def _preupload(self, wanted: dict[str, Any]) -> None:
        modes = [
            {"path": f["path"], "uploadMode": "lfs" if _LFS.fullmatch(f["path"]) else "regular", "shouldIgnore": False}
            for f in wanted["files"]
        ]
        self._answer({"files": modes})

    def _batch(self, wanted: dict[str, Any]) -> None:
        objects = []
        for each in wanted["objects"]:
            oid = each["oid"]
            actions = {} if oid in self.hub.blobs else {
                "upload": {"href": f"{self.hub.url}/lfs-put/{oid}"}, "verify": {"href": f"{self.hub.url}/lfs-verify"},
            }  # fmt: skip
            objects.append({**each, "actions": actions} if actions else each)
        self._answer({"transfer": "basic", "objects": objects})

    def _commit(self, repo: str, body: bytes) -> None:
        files = dict(self.hub.commits[repo][self.hub.heads[repo]])
        for line in body.decode().splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "header" and value.get("parentCommit") not in (None, self.hub.heads[repo]):
                self._answer({"error": "the parent is not the head"}, 412)
                return
            if entry["key"] == "file":
                data = base64.b64decode(value["content"])
                files[value["path"]] = {"data": data, "oid": hashlib.sha1(data).hexdigest()}
            elif entry["key"] == "lfsFile":
                files[value["path"]] = {"data": self.hub.blobs[value["oid"]], "oid": value["oid"], "lfs": True}
            elif entry["key"] == "deletedFile":
                del files[value["path"]]
        name = self.hub.commit(repo, files)
        self._answer({"success": True, "commitOid": name, "commitUrl": f"{self.hub.url}/datasets/{repo}/commit/{name}"})

    def _tag(self, repo: str, revision: str, wanted: dict[str, Any]) -> None:
        name = wanted["tag"]
        if name in self.hub.tags[repo]:
            self._answer({"error": "the tag exists"}, 409)
            return
        self.hub.tags[repo][name] = str(self.hub.resolve(repo, revision))
        self._answer({})

    def _refs(self, repo: str) -> None:
        if repo not in self.hub.heads:
            self._missing("RepoNotFound")
            return
        branches = [{"name": "main", "ref": "refs/heads/main", "targetCommit": self.hub.heads[repo]}]
        tags = [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": c} for n, c in self.hub.tags[repo].items()]
        self._answer({"branches": branches, "tags": tags, "converts": []})

    def _files_at(self, repo: str, revision: str) -> dict[str, dict[str, Any]] | None:
        if repo not in self.hub.heads:
            self._missing("RepoNotFound")
            return None
        commit = self.hub.resolve(repo, revision)
        if commit is None:
            self._missing("RevisionNotFound")
            return None
        return self.hub.commits[repo][commit]

    def _tree(self, repo: str, revision: str, below: str) -> None:
        files = self._files_at(repo, revision)
        if files is None:
            return
        recursive = "recursive=true" in self.path.lower()
        prefix = f"{below}/" if below else ""
        entries: dict[str, dict[str, Any]] = {}
        for path, file in files.items():
            if not path.startswith(prefix):
                continue
            head, _, rest = path[len(prefix) :].partition("/")
            if rest:
                folder = prefix + head
                entries.setdefault(folder, {"type": "directory", "path": folder, "oid": "0" * 40, "size": 0})
            if not rest or recursive:
                lfs = {"lfs": {"oid": file["oid"], "size": len(file["data"]), "pointerSize": 130}}
                entry = {"type": "file", "path": path, "oid": file["oid"][:40], "size": len(file["data"])}
                entries[path] = {**entry, **(lfs if file.get("lfs") else {})}
        if below and not entries:
            self._missing("EntryNotFound")
        else:
            self._answer(list(entries.values()))

    def _info(self, repo: str, revision: str) -> None:
        files = self._files_at(repo, revision)
        if files is not None:
            sha = self.hub.resolve(repo, revision)
            siblings = [{"rfilename": path} for path in files]
            self._answer({"id": repo, "_id": "0", "sha": sha, "siblings": siblings, "private": False, "tags": []})

    def _file(self, repo: str, revision: str, path: str) -> None:
        files = self._files_at(repo, revision)
        if files is None:
            return
        if path not in files:
            self._missing("EntryNotFound")
            return
        file = files[path]
        headers = {
            "ETag": f'"{file["oid"]}"', "X-Repo-Commit": str(self.hub.resolve(repo, revision)),
            "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream",
        }  # fmt: skip
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if wanted:
            first, last = int(wanted[1]), int(wanted[2] or len(file["data"]) - 1)
            headers["Content-Range"] = f"bytes {first}-{min(last, len(file['data']) - 1)}/{len(file['data'])}"
            self._answer(file["data"][first : last + 1], 206, headers)
        else:
            self._answer(file["data"], 200, headers)
