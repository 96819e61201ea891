"""What the download process does: talks to a hub, resumes what broke off, checks every file."""

import hashlib
import os
import signal
import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path
from typing import Any

from app.core.errors import UserError
from app.services.hub_place import (
    CONFIG,
    HubPlace,
    folder_files,
    holds_folder_model,
    is_plain,
    single_file,
)
from app.services.shelf_copy import ensure_room
from backends.bert_folder import BERT_FILES, LANGUAGE_MODEL_FILES
from backends.file_kinds import EXPECTED
from backends.hugging_face import DINO, model_type
from backends.parent_watch import end_with_parent

_TRIES = 4
_PAUSE_S = 1.0
_INFO_TIMEOUT_S = 30.0
_STEP_BYTES = 2**20
_ENVIRONMENT = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_XET": "1",  # its own protocol: one that resumes and is tested is enough
    "HF_HUB_ENABLE_HF_TRANSFER": "0",
    "HF_HUB_VERBOSITY": "critical",
    "DO_NOT_TRACK": "1",
}


@dataclass(frozen=True, slots=True)
class HubFile:
    """As the hub lists it: `sha256` of large files, `git_sha1` (of git's blob) of all."""

    name: str
    size_bytes: int
    sha256: str | None
    git_sha1: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The first answer: what will lie in `folder`, and how much it is."""

    folder: Path
    files: tuple[HubFile, ...]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The last answer. `model` is a file, or a folder; `commit` is what the revision stood for."""

    model: Path
    commit: str
    licence: str


Answer = Plan | Fetched | UserError


@dataclass(frozen=True, slots=True)
class _Listing:
    commit: str
    licence: str
    files: dict[str, HubFile]


def serve(
    conn: "connection.Connection[Answer, None]", place: HubPlace, into: Path, words_only: bool
) -> None:
    """In a process of its own, which huggingface_hub is told by its environment how to behave in.

    `words_only`: fetch a language model's words and config, not its weights.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what Ctrl-C means is for the parent to decide
    end_with_parent()
    os.environ.update(_ENVIRONMENT)
    try:
        conn.send(_Fetch(conn.send, place, into).run(words_only=words_only))
    except UserError as e:
        conn.send(e)
    except OSError as e:
        conn.send(in_words(e, place))


class _Fetch:
    def __init__(self, tell: Callable[[Answer], None], place: HubPlace, into: Path) -> None:
        from huggingface_hub import HfApi, constants

        # Progress, and what is left of a broken transfer, come in steps of this: theirs are 10 MB.
        constants.DOWNLOAD_CHUNK_SIZE = _STEP_BYTES
        self._tell = tell
        self._place = place
        self._into = into
        self._api = HfApi()

    def run(self, *, words_only: bool) -> Fetched:
        """Raises UserError, OSError."""
        listing = self._listing()
        owner, _, repository = self._place.repository.partition("/")
        # By commit: a file that broke off is never gone on with from another version.
        folder = self._into / f"{owner}--{repository}--{listing.commit[:12]}" / repository
        folder.mkdir(parents=True, exist_ok=True)
        names = self._chosen(listing, folder, words_only=words_only)
        plan = Plan(folder, tuple(listing.files[name] for name in names))
        ensure_room(plan.size_bytes - bytes_in(folder), folder)
        self._tell(plan)
        for file in plan.files:
            self._bring(file, listing.commit, folder)
        model = folder if CONFIG in names else folder / names[0]
        return Fetched(model, listing.commit, listing.licence)

    def _listing(self) -> _Listing:
        place = self._place
        info = self._retried(
            lambda: self._api.model_info(
                place.repository,
                revision=place.revision,
                files_metadata=True,
                timeout=_INFO_TIMEOUT_S,
            ),
            Path(),
        )
        files = [
            HubFile(each.rfilename, each.size or 0, each.lfs and each.lfs.sha256, each.blob_id)
            for each in info.siblings or ()
            if is_plain(each.rfilename)
        ]
        licence = info.card_data.get("license") if info.card_data else None
        return _Listing(info.sha, str(licence or ""), {file.name: file for file in files})

    def _chosen(self, listing: _Listing, folder: Path, *, words_only: bool) -> Sequence[str]:
        if words_only:
            names = [name for name in LANGUAGE_MODEL_FILES if name in listing.files]
            if not set(BERT_FILES) <= set(names):
                raise UserError(
                    f"{self._place} holds no BERT vocabulary: config.json and vocab.txt.",
                    hint="Give the one that it was trained with: hf:google-bert/bert-base-uncased",
                )
            return names
        if self._place.file is not None or not holds_folder_model(listing.files):
            return [single_file(self._place, listing.files)]
        # Before gigabytes of another model come.
        self._bring(listing.files[CONFIG], listing.commit, folder)
        kind = model_type(folder)
        if kind != DINO:
            raise UserError(
                f"{self._place} is a model of another kind ({kind}), not {DINO}.",
                hint=EXPECTED,
            )
        return folder_files(listing.files)

    def _bring(self, file: HubFile, commit: str, folder: Path) -> None:
        path = folder / file.name
        self._retried(
            lambda: self._api.hf_hub_download(
                self._place.repository, file.name, revision=commit, local_dir=folder
            ),
            folder,
        )
        if not _is_as_listed(path, file):
            path.unlink()
            raise UserError(
                f"{file.name} came in another content than {self._place} lists it with (its check "
                "sum is wrong).",
                hint="Download it again. If it stays so, something between here and the hub "
                "changes files.",
            )

    def _retried(self, work: Callable[[], Any], folder: Path) -> Any:  # noqa: ANN401 - their types
        """Tries again while the connection breaks, and as often again whenever more has come."""
        from requests.exceptions import RequestException

        left, there = _TRIES, bytes_in(folder)
        while True:
            try:
                return work()
            except (RequestException, OSError, ValueError) as e:
                now = bytes_in(folder)
                left = _TRIES if now > there else left - 1
                there = now
                if not left or not _may_pass(e):
                    raise in_words(e, self._place) from e
                time.sleep(_PAUSE_S)


def in_words(error: Exception, place: HubPlace) -> UserError:
    """What stands between here and the file, and what to do about it."""
    from huggingface_hub import errors

    again = "Run the same command again: it goes on where it broke off."
    if isinstance(error, errors.LocalEntryNotFoundError):  # why it isn't local doesn't matter
        error = _cause(error)
    match error:
        case errors.GatedRepoError():
            return UserError(
                f"{place} is given only to people who accepted its terms.",
                hint="Accept them on its page, and set HF_TOKEN to an access token of yours.",
            )
        case errors.RepositoryNotFoundError():
            return UserError(
                f"There is no model {place} on the hub, or it is private.",
                hint="Check owner and name. For a private one set HF_TOKEN to an access token.",
            )
        case errors.RevisionNotFoundError():
            return UserError(
                f"{place.repository} has no revision {place.revision}.", hint="Leave @… away."
            )
        case errors.HfHubHTTPError():
            code = error.response.status_code if error.response is not None else "no answer"
            return UserError(f"The hub refuses {place}: {code}.", hint="Try again later. " + again)
        case OSError() if error.errno is not None:
            return UserError(
                f"{place} can't be written: {error.strerror}.",
                hint="Free some room, or put the shelf on another disk (FLAWMARK_MODELS). " + again,
            )
    return UserError(
        f"The connection to the hub failed: {_reason(error)}",
        hint="Check the network, HF_ENDPOINT and proxies. " + again,
    )


def _may_pass(error: Exception) -> bool:
    """Whether trying again may help. Where the library has tried often enough itself, it won't."""
    from huggingface_hub.errors import HfHubHTTPError
    from requests.exceptions import ChunkedEncodingError

    cause = _cause(error)
    if isinstance(cause, HfHubHTTPError):
        return cause.response is not None and cause.response.status_code >= 500
    return isinstance(cause, ChunkedEncodingError) or "Consistency check failed" in str(cause)


def _cause(error: BaseException) -> Exception:
    from huggingface_hub.errors import LocalEntryNotFoundError

    cause = error.__cause__ if isinstance(error, LocalEntryNotFoundError) else error
    return cause if isinstance(cause, Exception) else LookupError(str(error))


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def bytes_in(folder: Path) -> int:
    """How many bytes of a download lie in `folder`, finished or not."""
    if folder == Path():
        return 0
    return sum(map(_size_bytes, folder.rglob("*")))


def _size_bytes(path: Path) -> int:
    """0 of what is no file, or none any more: the library renames what is whole."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _is_as_listed(path: Path, file: HubFile) -> bool:
    if file.sha256 is not None:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    if file.git_sha1 is None:
        return path.stat().st_size == file.size_bytes
    data = path.read_bytes()
    head = f"blob {len(data)}\0".encode()
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest() == file.git_sha1
