"""A language model's server in a process of its own on this machine, which behaves as it is told.

    with serving(answers="tests.helpers.chat_answers:red") as server:
        ChatServer("here", server.url)
        server.requests()

It speaks /v1/models and /v1/chat/completions. `python -m tests.helpers.chat_server SETTINGS`, with
the settings as JSON, prints its port and runs until its standard input is closed.
"""

import base64
import importlib
import io
import json
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).parents[2]
DRIP_S = 0.05
TOLD = "/told"


@dataclass(frozen=True)
class Settings:
    """`behaviour` is a key of BEHAVIOURS; it rules the first `times` chats, all of them when that
    is None, and those after are answered well.

    `answers` is "module:function": given the request's JSON it returns the text. With `key` only
    those who send it are answered. Pictures are refused where `sees` is not set. `delay_s` passes
    before each answer. `cost` is (tokens in, tokens out).
    """

    behaviour: str = "well"
    times: int | None = None
    answers: str = "tests.helpers.chat_server:well_said"
    models: tuple[str, ...] = ("small-vl",)
    key: str = ""
    sees: bool = True
    delay_s: float = 0.0
    retry_after: str = "0"
    cost: tuple[int, int] = (100, 20)


@dataclass(frozen=True)
class Asked:
    """One request as it came. `body` is its JSON; headers are in lower case."""

    method: str
    path: str
    headers: dict
    body: dict = field(default_factory=dict)

    @property
    def text(self):
        """Of the last message."""
        return text_of(self.body["messages"][-1])

    @property
    def pictures(self):
        """Those of all messages, decoded: of Pillow's type."""
        return [picture for message in self.body["messages"] for picture in pictures_of(message)]


class ChatServerProcess:
    """`url` is what a ChatServer is given."""

    def __init__(self, url):
        self.url = url

    def requests(self):
        """Everything that it was asked so far, as Asked."""
        told = build_opener(ProxyHandler({})).open(self.url.removesuffix("/v1") + TOLD).read()
        return [Asked(**each) for each in json.loads(told)]

    def chats(self):
        """The requests for an answer."""
        return [each for each in self.requests() if each.path == "/v1/chat/completions"]


@contextmanager
def serving(behaviour="well", **settings):
    """Gives a ChatServerProcess; `settings` are fields of Settings.

    The behaviour "nobody" has an address at which nobody listens.
    """
    if behaviour == "nobody":
        with socket.socket() as held:  # bound, so that nobody else listens there meanwhile
            held.bind(("127.0.0.1", 0))
            yield ChatServerProcess(f"http://127.0.0.1:{held.getsockname()[1]}/v1")
        return
    assert behaviour in BEHAVIOURS
    told = json.dumps(asdict(Settings(behaviour, **settings)))
    command = [sys.executable, "-m", "tests.helpers.chat_server", told]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            port = int(process.stdout.readline())
            yield ChatServerProcess(f"http://127.0.0.1:{port}/v1")
        finally:
            process.kill()


def text_of(message):
    """What a message says, whether its content is a text or a list of parts."""
    content = message["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def pictures_of(message):
    """The pictures of a message, decoded."""
    from PIL import Image

    content = message["content"]
    parts = content if isinstance(content, list) else []
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    return [Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) for url in urls]


def well_said(body):
    """An answer that tells what it was asked."""
    return f"You said: {text_of(body['messages'][-1])}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == TOLD:
            with self.server.lock:
                self.send_json([asdict(each) for each in self.server.asked])
            return
        self._note({})
        if self._is_let_in():
            listed = [{"id": name, "object": "model"} for name in self.server.settings.models]
            self.send_json({"object": "list", "data": listed})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        count = self._note(body)
        settings = self.server.settings
        time.sleep(settings.delay_s)
        if not self._is_let_in():
            return
        is_over = settings.times is not None and count > settings.times
        try:
            (answer_well if is_over else BEHAVIOURS[settings.behaviour])(self, body)
        except (ConnectionError, TimeoutError):
            raise
        except Exception as e:  # noqa: BLE001 - the test shows it, as what the server said
            self.refuse(500, f"{settings.answers} raised {e!r}")

    def _note(self, body):
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.lock:
            self.server.asked.append(Asked(self.command, self.path, headers, body))
            return sum(each.method == "POST" for each in self.server.asked)

    def _is_let_in(self):
        key = self.server.settings.key
        if not key or self.headers.get("Authorization") == f"Bearer {key}":
            return True
        # As some do: what was sent stands in the refusal.
        self.refuse(401, f"Incorrect API key provided: {self.headers.get('Authorization')}")
        return False

    def send_json(self, value, status=200, **headers):
        self.send_text(json.dumps(value), status, "application/json", **headers)

    def refuse(self, status, message, **headers):
        self.send_json({"error": {"message": message, "code": status}}, status, **headers)

    def send_text(self, text, status=200, kind="text/html", **headers):
        self.send_head(len(text.encode()), status, kind, **headers)
        self.wfile.write(text.encode())

    def send_head(self, length, status=200, kind="application/json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


def answer_well(handler, body):
    settings = handler.server.settings
    model = body["model"] or settings.models[0]
    if model not in settings.models:
        return handler.refuse(404, f"The model `{model}` does not exist.")
    if not settings.sees and any(isinstance(m["content"], list) for m in body["messages"]):
        return handler.refuse(400, f"{model} is not a multimodal model")
    return handler.send_json(completion(handler, body, said(handler, body)))


def said(handler, body):
    module, _, function = handler.server.settings.answers.partition(":")
    return getattr(importlib.import_module(module), function)(body)


def completion(handler, body, text, finish="stop"):
    tokens_in, tokens_out = handler.server.settings.cost
    message = {"role": "assistant", "content": text}
    return {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"] or handler.server.settings.models[0],
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
        },
    }


def _never(handler, body):
    handler.server.ended.wait()


def _drips(handler, body):
    content = json.dumps(completion(handler, body, said(handler, body))).encode()
    handler.send_head(len(content))
    _drip(handler, content)


def _drips_head(handler, body):
    _drip(handler, b"HTTP/1.1 200 OK\r\nX-Padding: " + b"." * 10_000)


def _drip(handler, content):
    for byte in content:
        handler.wfile.write(bytes([byte]))
        if handler.server.ended.wait(DRIP_S):
            return


def _breaks_off(handler, body):
    content = json.dumps(completion(handler, body, said(handler, body))).encode()
    handler.send_head(len(content))
    handler.wfile.write(content[: len(content) // 2])
    handler.close_connection = True


def _hangs_up(handler, body):
    handler.close_connection = True


def _too_many(handler, body):
    handler.refuse(429, "too many requests", Retry_After=handler.server.settings.retry_after)


def _elsewhere(handler, body):
    handler.send_json({}, 307, Location=f"http://localhost:{handler.server.server_port}/other")


def _no_choices(handler, body):
    handler.send_json(completion(handler, body, "") | {"choices": []})


def _cut_off(handler, body):
    handler.send_json(completion(handler, body, said(handler, body), finish="length"))


def _tokens_untold(handler, body):
    handler.send_json(completion(handler, body, said(handler, body)) | {"usage": None})


BEHAVIOURS = {
    "well": answer_well,
    "silent": _never,
    "dripping": _drips,
    "dripping_head": _drips_head,
    "error": lambda handler, body: handler.refuse(500, "out of memory"),
    "busy": lambda handler, body: handler.refuse(503, "still loading"),
    "too_many": _too_many,
    "refused": lambda handler, body: handler.refuse(401, "Invalid key"),
    "forbidden": lambda handler, body: handler.refuse(403, "not for you"),
    "no_model": lambda handler, body: handler.refuse(404, "The model does not exist."),
    "no_path": lambda handler, body: handler.send_text("Not Found", 404),
    "too_long": lambda handler, body: handler.refuse(400, "maximum context length is 4096 tokens"),
    "elsewhere": _elsewhere,
    "no_json": lambda handler, body: handler.send_text("<h1>It works!</h1>"),
    "half_json": lambda handler, body: handler.send_text('{"choices": [{', 200, "application/json"),
    "other_json": lambda handler, body: handler.send_json(["no", "completion"]),
    "no_choices": _no_choices,
    "empty": lambda handler, body: handler.send_json(completion(handler, body, "")),
    "null": lambda handler, body: handler.send_json(completion(handler, body, None)),
    "cut_off": _cut_off,
    "untold": _tokens_untold,
    "breaks_off": _breaks_off,
    "hangs_up": _hangs_up,
}


def main():
    told = json.loads(sys.argv[1])
    told["models"] = tuple(told["models"])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.settings = Settings(**told)
    server.asked, server.lock, server.ended = [], threading.Lock(), threading.Event()
    server.handle_error = lambda *_: None  # a client that hangs up is what is tested
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()  # until whoever started it is gone


if __name__ == "__main__":
    main()
