"""A model hub on this machine: what huggingface_hub asks of one, and how one can fail."""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE_BYTES = 1000
"""Files from this size on are kept elsewhere, as on the real hub, and listed with their SHA-256."""


@dataclass
class Repository:
    """`listed` may hold other bytes than `files`: what the hub believes of a file."""

    files: dict[str, bytes]
    licence: str = "apache-2.0"
    listed: dict[str, bytes] = field(default_factory=dict)
    refused: tuple[int, str] | None = None  # status and X-Error-Code

    def believed(self, name):
        return self.listed.get(name, self.files[name])


class LoopbackHub:
    """As a context manager it answers on 127.0.0.1.

    `cuts`: after how many bytes each coming transfer of a large file breaks off, none when it is
    empty. With `hangs` set a transfer sends nothing more after its first bytes, until it is ended.
    `requests` are (method, path, Range header).
    """

    def __init__(self, repositories):
        self.repositories = repositories
        self.requests = []
        self.cuts = []
        self.hangs = False
        self.ended = threading.Event()
        self.hanging = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def transfers(self):
        """The Range headers of the requests for large files' contents."""
        return [ranged for verb, path, ranged in self.requests if path.startswith("/cdn/")]

    def __enter__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.hub = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self._answer(with_body=False)

    def do_GET(self):
        self._answer(with_body=True)

    def _answer(self, *, with_body):
        hub = self.server.hub
        path = unquote(urlsplit(self.path).path)
        hub.requests.append((self.command, path, self.headers.get("Range")))
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            self._listing(hub.repositories.get("/".join(parts[2:4])), revision=parts[5])
        elif parts[0] == "cdn":
            repository = hub.repositories["/".join(parts[1:3])]
            self._transfer(hub, repository.files["/".join(parts[3:])])
        else:
            self._file("/".join(parts[:2]), "/".join(parts[4:]), with_body=with_body)

    def _listing(self, repository, *, revision):
        if repository is None:
            self._refuse(401, "RepoNotFound")
        elif repository.refused is not None:
            self._refuse(*repository.refused)
        elif revision not in ("main", COMMIT):
            self._refuse(404, "RevisionNotFound")
        else:
            siblings = [_listed(name, repository.believed(name)) for name in repository.files]
            card = {"license": repository.licence}
            told = {"id": "a/b", "sha": COMMIT, "siblings": siblings, "cardData": card}
            self._send(200, json.dumps(told).encode(), {"Content-Type": "application/json"})

    def _file(self, repository_name, name, *, with_body):
        hub = self.server.hub
        repository = hub.repositories[repository_name]
        data = repository.believed(name)
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{_git_sha1(data)}"'}
        if len(data) < LARGE_BYTES:
            self._send(200, repository.files[name], headers, with_body=with_body)
            return
        headers |= {
            "X-Linked-Etag": f'"{hashlib.sha256(data).hexdigest()}"',
            "X-Linked-Size": str(len(data)),
            "Location": f"{hub.url}/cdn/{repository_name}/{name}",
        }
        self._send(302, b"", headers)

    def _transfer(self, hub, data):
        start = 0
        ranged = self.headers.get("Range")
        if ranged:
            start = int(ranged.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = start + hub.cuts.pop(0) if hub.cuts else len(data)
        self.wfile.write(data[start:end])
        self.wfile.flush()
        if hub.hangs:
            hub.hanging.set()
            hub.ended.wait()

    def _refuse(self, status, code):
        self._send(status, b"{}", {"X-Error-Code": code})

    def _send(self, status, body, headers, *, with_body=True):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def _listed(name, data):
    told = {"rfilename": name, "size": len(data), "blobId": _git_sha1(data)}
    if len(data) >= LARGE_BYTES:
        sha256 = hashlib.sha256(data).hexdigest()
        told["lfs"] = {"sha256": sha256, "size": len(data), "pointerSize": 130}
    return told


def _git_sha1(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
