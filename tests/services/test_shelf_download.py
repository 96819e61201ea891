"""Models from a hub, against one on this machine: progress, resume, check sums, failures."""

import random
import threading
import time
from dataclasses import dataclass

import pytest

from app.core.errors import UserError
from app.core.progress import Cancelled
from app.core.stopping import Stop
from app.services.add_model import AddRequest, add_model
from app.services.hub_fetch import bytes_in
from app.services.hub_place import HubPlace, folder_files, parse_place, single_file
from app.services.shelf import Shelf
from app.services.shelf_download import download
from backends.weights import file_hash
from tests.helpers.loopback_hub import COMMIT, LoopbackHub, Repository
from tests.helpers.weight_files import DINO, SAM, hugging_face, put, state, torch_zip

WORDS = b"[PAD]\nthe\n"
STEP = 2**20
CONFIG = b'{"model_type": "bert"}'


def large(data, *, size_bytes=3_000_000):
    """The same zip with a filler before it, as tensors would fill it."""
    return data if len(data) >= size_bytes else _filled(data, size_bytes)


def _filled(data, size_bytes):
    import io
    import zipfile

    held = io.BytesIO(data)
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("m/data/0", random.Random(3).randbytes(size_bytes))
    return held.getvalue()


SAM_FILE = large(torch_zip(state(SAM)))


@dataclass
class Room:
    """A hub and a shelf."""

    hub: LoopbackHub
    shelf: Shelf

    def add(self, what, **more):
        request = AddRequest(what, from_hub=True, **more)
        return add_model(self.shelf, request, by="li", on_step=self.on_step)

    def on_step(self, title):
        seen = self.seen.setdefault(title, [])
        return seen.append

    def __post_init__(self):
        self.seen = {}

    def refused(self, what, **more):
        with pytest.raises(UserError) as caught:
            self.add(what, **more)
        assert caught.value.hint
        assert self.shelf.all() == []
        return caught.value.what


@pytest.fixture
def room(tmp_path, monkeypatch):
    folder = hugging_face(
        tmp_path / "made", names=["model.text_backbone.w", *(f"model.{i}" for i in range(40))]
    )
    put(folder / "pytorch_model.bin", b"x" * 5000)
    put(folder / "flax_model.msgpack", b"x" * 5000)
    repositories = {
        "meta/sam": Repository({"README.md": b"hello", "sam_vit.pth": SAM_FILE}),
        "idea/dino-tiny": Repository({f.name: f.read_bytes() for f in folder.iterdir()}),
        "idea/original": Repository({"swint.pth": torch_zip({"model": state(DINO)})}),
        "google/bert": Repository(
            {"config.json": CONFIG, "vocab.txt": WORDS, "m.bin": b"x" * 9999}
        ),
    }
    with LoopbackHub(repositories) as hub:
        for name in (
            "HF_HUB_OFFLINE",
            "TRANSFORMERS_OFFLINE",
            "HF_TOKEN",
            "http_proxy",
            "HTTP_PROXY",
        ):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.setenv("HF_HUB_DOWNLOAD_TIMEOUT", "1")
        monkeypatch.setenv("HF_HUB_ETAG_TIMEOUT", "1")
        yield Room(hub, Shelf(tmp_path / "shelf"))


def test_a_checkpoint_comes_whole_and_nothing_else_is_kept(room):
    added = room.add("hf:meta/sam")
    assert added.weights.read_bytes() == SAM_FILE
    assert (added.name, added.family, added.licence) == ("sam_vit", "sam", "apache-2.0")
    assert added.source == f"hf:meta/sam@{COMMIT}"
    asked_for = {path for _, path, _ in room.hub.requests}
    assert asked_for == {
        "/api/models/meta/sam/revision/main",
        f"/meta/sam/resolve/{COMMIT}/sam_vit.pth",
        "/cdn/meta/sam/sam_vit.pth",
    }, "nothing else, and no telemetry"
    assert sorted(p.name for p in (room.shelf.folder / ".downloads").iterdir()) == []
    last = room.seen["Download, MB"][-1]
    assert last.done == last.total == 4


def test_of_a_folder_model_each_weight_comes_once(room):
    added = room.add("hf:idea/dino-tiny")
    assert added.variant == "swin-t, Hugging Face"
    fetched = {path.rpartition("/")[2] for verb, path, _ in room.hub.requests if verb == "GET"}
    assert "/cdn/idea/dino-tiny/model.safetensors" in [path for _, path, _ in room.hub.requests]
    assert fetched >= {"config.json", "model.safetensors", "tokenizer.json"}
    assert not fetched & {"pytorch_model.bin", "flax_model.msgpack", "README.md"}
    assert added.weights.name == "dino-tiny"
    assert not (added.weights / ".cache").exists()


def test_an_original_checkpoint_with_its_language_model(room):
    added = room.add("hf:idea/original/swint.pth", bert="hf:google/bert", name="swint")
    assert added.missing == ()
    assert (added.weights.parent / "bert-base-uncased" / "vocab.txt").read_bytes() == WORDS
    assert not any(path.endswith("m.bin") for _, path, _ in room.hub.requests)


def test_a_language_model_of_the_users_own_stays_where_it_is(room, tmp_path):
    words = tmp_path / "words"
    words.mkdir()
    for name, data in (("config.json", CONFIG), ("vocab.txt", WORDS)):
        put(words / name, data)
    added = room.add("hf:idea/original", bert=str(words))
    assert added.missing == ()
    assert sorted(f.name for f in words.iterdir()) == ["config.json", "vocab.txt"]


def test_both_parts_may_come_from_one_repository(room):
    room.hub.repositories["idea/original"].files |= {"config.json": CONFIG, "vocab.txt": WORDS}
    assert room.add("hf:idea/original/swint.pth", bert="hf:idea/original").missing == ()


def partial(room):
    """How much lies on the disk of each file that isn't whole."""
    return [f.stat().st_size for f in room.shelf.folder.rglob("*.incomplete")]


@pytest.mark.slow
def test_a_transfer_that_breaks_off_is_gone_on_with(room):
    room.hub.cuts = [STEP + 9, 7, STEP + 7]
    assert room.add("hf:meta/sam").weights.read_bytes() == SAM_FILE
    first, *others = room.hub.transfers()
    assert first is None
    assert others == [f"bytes={STEP}-", f"bytes={STEP}-", f"bytes={2 * STEP}-"]


@pytest.mark.slow
def test_a_killed_download_is_gone_on_with_by_the_next(room):
    """The hub falls silent in the middle; the person stops it, and asks again later."""
    room.hub.cuts, room.hub.hangs = [STEP + 9], True
    stop, outcome = Stop(), []

    def work():
        try:
            download(HubPlace("meta/sam"), room.shelf.folder, stop=stop)
        except Cancelled:
            outcome.append("cancelled")

    thread = threading.Thread(target=work)
    thread.start()
    assert room.hub.hanging.wait(60)
    give_up = time.monotonic() + 60
    while not any(partial(room)) and time.monotonic() < give_up:
        time.sleep(0.02)
    stop.request()
    thread.join()
    assert outcome == ["cancelled"]
    assert room.shelf.all() == []
    room.hub.hangs = False
    room.hub.ended.set()
    assert room.add("hf:meta/sam").weights.read_bytes() == SAM_FILE
    assert room.hub.transfers()[-1] == f"bytes={STEP}-"


@pytest.mark.slow
def test_a_hub_that_falls_silent_is_told_and_what_came_is_kept(room):
    room.hub.cuts, room.hub.hangs = [STEP + 9, *[0] * 50], True
    words = room.refused("hf:meta/sam")
    assert "connection to the hub failed" in words
    assert partial(room) == [STEP]


def test_a_wrong_check_sum_is_told_and_the_file_goes(room):
    sam = room.hub.repositories["meta/sam"]
    sam.listed["sam_vit.pth"] = SAM_FILE[:-1] + b"?"
    assert "check sum is wrong" in room.refused("hf:meta/sam")
    assert not list(room.shelf.folder.rglob("*.pth"))
    bert = room.hub.repositories["google/bert"]
    bert.listed["vocab.txt"] = WORDS.upper()
    assert "vocab.txt came in another content" in room.refused(
        "hf:idea/original", bert="hf:google/bert"
    )


def test_a_wrong_hash_of_the_users_keeps_the_download(room):
    words = room.refused("hf:meta/sam", sha256="00ff")
    assert "not 00ff" in words
    room.hub.requests.clear()
    kept = room.shelf.folder / ".downloads"
    (file,) = kept.rglob("*.pth")
    assert room.add("hf:meta/sam", sha256=file_hash(file)).name == "sam_vit"
    assert room.hub.transfers() == []


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("hf:meta/nothing", "There is no model hf:meta/nothing"),
        ("hf:meta/sam@v9", "has no revision v9"),
        ("hf:meta/sam/other.pth", "has no file other.pth"),
        ("hf:meta/gated", "only to people who accepted its terms"),
        ("hf:google/bert", r"another kind \(bert\), not grounding-dino"),
        ("hf:meta/two", "holds 2 weight files"),
    ],
)
def test_what_a_hub_does_not_give_is_told(room, what, words):
    room.hub.repositories["meta/gated"] = Repository({}, refused=(403, "GatedRepo"))
    room.hub.repositories["meta/two"] = Repository({"a.pt": b"x", "b.pt": b"x"})
    bert = room.hub.repositories["google/bert"]
    bert.files["pytorch_model.bin"] = b"x" * 5000
    with pytest.raises(UserError, match=words) as caught:
        room.add(what)
    assert caught.value.hint
    assert room.hub.transfers() == []


@pytest.mark.slow
def test_a_hub_in_trouble_and_none_at_all(room, monkeypatch):
    room.hub.repositories["meta/sam"].refused = (503, "")
    assert "The hub refuses hf:meta/sam@main: 503" in room.refused("hf:meta/sam")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "connection to the hub failed" in room.refused("hf:meta/sam")


def test_where_the_library_is_told_to_stay_offline_nothing_is_tried(room, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE is set" in room.refused("hf:meta/sam")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("TRANSFORMERS_OFFLINE", "1")
    assert "TRANSFORMERS_OFFLINE is set" in room.refused("hf:meta/sam")
    assert room.hub.requests == []


def test_a_disk_without_room_is_told_before_the_transfer(room):
    room.hub.repositories["meta/sam"].listed["sam_vit.pth"] = Huge(SAM_FILE)
    assert "no room for the model" in room.refused("hf:meta/sam")
    assert room.hub.transfers() == []


class Huge(bytes):
    """Says of itself that it is an exabyte long."""

    def __len__(self):
        return 10**18


def test_what_is_fetched_but_no_model_stays_off_the_shelf(room):
    room.hub.repositories["meta/sam"].files["sam_vit.pth"] = b"<!DOCTYPE html>" + b"x" * 5000
    assert "a web page" in room.refused("hf:meta/sam")


def test_places_as_people_type_them():
    assert parse_place("hf:a/b") == HubPlace("a/b")
    assert parse_place("hf:a/b@v1/sub/c.pth") == HubPlace("a/b", "v1", "sub/c.pth")
    assert str(parse_place("hf:a/b/c.pth")) == "hf:a/b@main/c.pth"
    for text in ("hf:", "hf:a", "hf:a/b/../c", "hf:a/b/..", "hf:a/b@/c", "https://x/y", "hf:ä/b"):
        with pytest.raises(UserError, match="names no place on a hub"):
            parse_place(text)


def test_which_files_make_up_a_model():
    names = {"config.json", "vocab.txt", "x.h5", "model.safetensors.index.json",
             "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"}  # fmt: skip
    assert set(folder_files(names)) == names - {"x.h5"}
    assert folder_files({"config.json", "pytorch_model.bin"})[-1] == "pytorch_model.bin"
    assert single_file(HubPlace("a/b"), {"x.md", "sub/y.onnx"}) == "sub/y.onnx"
    with pytest.raises(UserError, match="holds 0 weight files"):
        single_file(HubPlace("a/b"), {"x.safetensors"})


def test_files_that_go_while_they_are_counted_or_swept_harm_nothing(tmp_path):
    """A link to nothing stands for them: it is listed, and then is not there."""
    folder, shelf = tmp_path / "files", Shelf(tmp_path / "shelf")
    (folder / "within").mkdir(parents=True)
    put(folder / "within" / "model.pth", b"1234")
    (folder / "half.incomplete").symlink_to(tmp_path / "gone")
    assert bytes_in(folder) == 4
    shelf.folder.mkdir()
    (shelf.folder / ".adding-1").symlink_to(tmp_path / "gone")
    weights = put(tmp_path / "sam.pth", torch_zip(state(SAM)))
    assert add_model(shelf, AddRequest(str(weights)), by="li").family == "sam"
