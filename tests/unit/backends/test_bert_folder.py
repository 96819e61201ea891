"""Which folder beside an original GroundingDINO is its language model."""

import json
import os

import pytest

from app.core.errors import UserError
from app.services.shelf import Addition, Shelf
from backends.bert_folder import bert_folders, language_model_beside, why_no_bert
from backends.identify import identify
from tests.helpers.weight_files import DINO, hugging_face, put, state, torch_zip

BERT = {"model_type": "bert", "vocab_size": 30522}


@pytest.fixture
def checkpoint(tmp_path):
    return put(tmp_path / "swint.pth", torch_zip({"model": state(DINO)}))


def words(folder, config=BERT):
    folder.mkdir(exist_ok=True)
    put(folder / "config.json", json.dumps(config).encode())
    put(folder / "vocab.txt", b"[PAD]\n")
    return folder


def test_the_folder_of_that_name_comes_first_and_others_serve_too(checkpoint):
    home = checkpoint.parent
    other = words(home / "a model")
    assert language_model_beside(checkpoint) == other
    own = words(home / "bert-base-uncased")
    assert list(bert_folders(checkpoint)) == [own, other]
    assert bert_folders(checkpoint)[own]["vocab_size"] == 30522


@pytest.mark.parametrize(
    "config", [{"model_type": "grounding-dino", "vocab_size": 30522}, ["no", "fields"], "text"]
)
def test_a_vocabulary_beside_another_config_is_none(checkpoint, config):
    """A GroundingDINO for transformers, above all, which people keep in the same place."""
    other = words(checkpoint.parent / "grounding-dino-tiny", config)
    assert language_model_beside(checkpoint) is None
    assert identify(checkpoint).missing
    assert why_no_bert(other) == "its config.json is not that of a BERT"


def test_half_a_folder_is_none(checkpoint, tmp_path):
    (words(tmp_path / "b") / "vocab.txt").unlink()
    put(words(tmp_path / "c") / "config.json", b'{"half": ')
    assert bert_folders(checkpoint) == {}
    assert why_no_bert(tmp_path / "b") == "it lacks vocab.txt"
    assert why_no_bert(tmp_path / "nowhere") == "it lacks config.json, vocab.txt"


def test_a_whole_hugging_face_folder_is_no_language_model(checkpoint, tmp_path):
    hugging_face(tmp_path / "grounding-dino-tiny")
    assert language_model_beside(checkpoint) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root enters all")
def test_a_folder_that_may_not_be_entered_is_passed_over(checkpoint, tmp_path):
    closed = words(tmp_path / "a private folder")
    own = words(tmp_path / "words")
    closed.chmod(0)
    try:
        assert identify(checkpoint).missing == ()
        assert language_model_beside(checkpoint) == own
        assert why_no_bert(closed) == "it lacks config.json, vocab.txt"
    finally:
        closed.chmod(0o700)


def test_a_refusal_to_look_into_a_folder_is_passed_over(checkpoint, tmp_path, monkeypatch):
    """Where the tests run as one who may enter everything, too."""
    closed, own = words(tmp_path / "closed"), words(tmp_path / "words")
    stat = os.stat

    def refusing(path, **more):
        if os.fspath(path).startswith(os.fspath(closed) + os.sep):
            raise PermissionError(13, "Permission denied", path)
        return stat(path, **more)

    monkeypatch.setattr(os, "stat", refusing)
    assert language_model_beside(checkpoint) == own


def test_a_folder_that_is_no_bert_is_said_why(tmp_path, checkpoint):
    other = words(tmp_path / "tiny", {"model_type": "grounding-dino"})
    with pytest.raises(UserError, match=r"no BERT folder: its config\.json is not that of a BERT"):
        Shelf(tmp_path / "shelf").add(Addition(checkpoint, language_model=other), by="li")
