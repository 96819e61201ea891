"""Sends requests and waits for answers, as often and as long as a server is set to.

Loads the openai library, which takes a second: to be imported where something is sent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import httpx2
from openai import APIError, AsyncOpenAI, BadRequestError, NotFoundError

from app.core.chat import ChatReply, ChatServer, ServerUnusableError
from app.core.stopping import Stop
from backends.chat.reading import NoAnswerError, read_models, read_reply
from backends.chat.trouble import in_words, model_missing, pause_s, unreachable

_Told = TypeVar("_Told")
_CONNECT_S = 10.0
_SENT_HEADERS = {
    "host", "accept", "accept-encoding", "connection", "content-type", "content-length",
    "transfer-encoding",
}  # fmt: skip


class _Unawaited(ThreadPoolExecutor):
    """In which a loop looks up hosts: that can't be broken off, and may take half a minute where
    there is no network. It ends by itself, after the loop."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=cancel_futures)


class Exchange:
    """Requests to one server, from any thread; `key` is "" where none is wanted."""

    def __init__(self, server: ChatServer, key: str, stop: Stop) -> None:
        self._server = server
        self._key = key
        self._stop = stop
        # Reading the machine's certificates takes longer than many a request.
        self._encryption = httpx2.create_ssl_context()

    def reply(self, body: Mapping[str, Any]) -> ChatReply:
        """Sends `body` to be answered. Raises UserError, Cancelled."""

        async def once(client: AsyncOpenAI) -> ChatReply:
            try:
                came = await client.post("/chat/completions", cast_to=httpx2.Response, body=body)
            except (NotFoundError, BadRequestError):
                await self._check_model(client, body["model"])
                raise
            return read_reply(came.content, body["model"])

        return self._run(once)

    def models(self) -> list[str]:
        """Raises UserError, Cancelled."""
        return self._run(_models)

    def _run(self, once: Callable[[AsyncOpenAI], Awaitable[_Told]]) -> _Told:
        return asyncio.run(self._stoppable(self._tries(once)))

    async def _stoppable(self, work: Awaitable[_Told]) -> _Told:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(_Unawaited())
        task = asyncio.ensure_future(work)

        def end() -> None:
            with suppress(RuntimeError):  # it has ended meanwhile, and the loop with it
                loop.call_soon_threadsafe(task.cancel)

        with self._stop.on_request(end):
            try:
                return await task
            except asyncio.CancelledError:
                self._stop.check()
                raise

    async def _tries(self, once: Callable[[AsyncOpenAI], Awaitable[_Told]]) -> _Told:
        async with self._client() as client:
            tries_left = self._server.retries
            while True:
                try:
                    async with asyncio.timeout(self._server.timeout_s):
                        return await once(client)
                except (APIError, NoAnswerError, TimeoutError) as e:
                    wait_s = pause_s(e, tried=self._server.retries - tries_left)
                    if wait_s is None or not tries_left:
                        raise in_words(e, self._server, self._key) from e
                tries_left -= 1
                await asyncio.sleep(wait_s)

    async def _check_model(self, client: AsyncOpenAI, model: str) -> None:
        """Raises UserError when the server lists its models, and `model` isn't among them."""
        with suppress(APIError, NoAnswerError):
            models = await _models(client)
            if model not in models:
                raise model_missing(self._server, model, models)

    def _client(self) -> AsyncOpenAI:
        server = self._server
        timeout = httpx2.Timeout(server.timeout_s, connect=min(_CONNECT_S, server.timeout_s))
        try:
            http = httpx2.AsyncClient(
                timeout=timeout,
                verify=self._encryption,
                # Photos go where they were meant to go, or nowhere.
                follow_redirects=False,
                trust_env=not server.is_on_this_machine,
                event_hooks={"request": [self._dress]},
            )
        except (ImportError, ValueError) as e:
            raise ServerUnusableError(
                f"The proxy that the environment names can't be used: {e}",
                hint="Set HTTP_PROXY, HTTPS_PROXY and ALL_PROXY right, or name the server's host "
                "in NO_PROXY.",
            ) from e
        # The library would look for a key, and more, in variables that are meant for OpenAI's own
        # servers; `_dress` has the last word on what is sent.
        try:
            return AsyncOpenAI(
                api_key="none",
                base_url=server.url,
                max_retries=0,
                timeout=timeout,
                http_client=http,
            )
        except httpx2.InvalidURL as e:
            raise unreachable(server, "there can be no host of that name") from e

    async def _dress(self, request: httpx2.Request) -> None:
        for name in set(request.headers) - _SENT_HEADERS:
            del request.headers[name]
        request.headers["user-agent"] = "flawmark"
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"


async def _models(client: AsyncOpenAI) -> list[str]:
    return read_models((await client.get("/models", cast_to=httpx2.Response)).content)
