"""What the window remembers, through real files, whole and damaged."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import UserError
from app.shell.frame.preferences import (
    FILE_NAME,
    MOST_RECENT,
    Preferences,
    RecentProject,
    config_folder,
    load_preferences,
    save_preferences,
)

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)

preferences = st.builds(
    Preferences,
    keys=st.dictionaries(st.text(), st.lists(st.text()).map(tuple)),
    geometry=st.text(),
    dock_state=st.text(),
    sides_px=st.dictionaries(st.sampled_from(["left", "right"]), st.integers(1, 9999)),
    recent=st.lists(
        st.builds(
            RecentProject,
            st.text(),
            st.datetimes(timezones=st.just(UTC)),
        )
    ).map(tuple),
    theme=st.sampled_from(["system", "light", "dark"]),
    language=st.sampled_from(["system", "en", "zh_CN"]),
    person=st.text(max_size=20),
    idle_after_s=st.floats(0.001, 1e5),
)


@settings(deadline=None)  # it waits for the disk
@given(preferences)
def test_all_of_it_comes_back(tmp_path_factory, kept: Preferences):
    folder = tmp_path_factory.mktemp("config") / "项目"
    save_preferences(kept, folder)

    assert load_preferences(folder) == (kept, None)
    assert [f.name for f in folder.iterdir()] == [FILE_NAME]


def test_where_nothing_was_kept_the_defaults_are_used(tmp_path: Path):
    assert load_preferences(tmp_path) == (Preferences(), None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2]",
        b"\xff\xfe",
        b'{"keys": [1]}',
        b'{"keys": {"next": "D"}}',
        b'{"keys": {"next": [1]}}',
        b'{"theme": "pink"}',
        b'{"language": "xx"}',
        b'{"idle_after_s": true}',
        b'{"idle_after_s": NaN}',
        b'{"recent": [{"path": "/p"}]}',
        b'{"recent": [{"path": "/p", "opened_at": "yesterday"}]}',
        b'{"geometry": 7}',
    ],
)
def test_a_damaged_file_is_put_aside_and_said(tmp_path: Path, content: bytes):
    (tmp_path / FILE_NAME).write_bytes(content)

    loaded, said = load_preferences(tmp_path)

    assert loaded == Preferences()
    assert isinstance(said, UserError) and f"{FILE_NAME}.damaged" in said.hint
    assert (tmp_path / f"{FILE_NAME}.damaged").read_bytes() == content
    assert load_preferences(tmp_path) == (Preferences(), None)


def test_fields_of_a_newer_version_are_passed_over(tmp_path: Path):
    (tmp_path / FILE_NAME).write_text(json.dumps({"theme": "dark", "holograms": True}))

    assert load_preferences(tmp_path) == (Preferences(theme="dark"), None)


@pytest.mark.skipif(os.name == "nt", reason="a file in the folder's place is refused otherwise")
def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "config").write_text("a file")

    with pytest.raises(UserError, match="can't be kept") as refused:
        save_preferences(Preferences(), tmp_path / "config")
    assert "FLAWMARK_CONFIG" in refused.value.hint


def test_a_save_that_fails_leaves_what_was_there(tmp_path: Path):
    save_preferences(Preferences(theme="dark"), tmp_path)
    (tmp_path / f"{FILE_NAME}.new").mkdir()

    with pytest.raises(UserError):
        save_preferences(Preferences(theme="light"), tmp_path)
    assert load_preferences(tmp_path) == (Preferences(theme="dark"), None)


@given(st.lists(st.sampled_from([f"/p{n}" for n in range(20)]), max_size=60))
def test_recent_projects_stand_once_the_last_first(opened: list[str]):
    kept = Preferences()
    for number, path in enumerate(opened):
        kept = kept.with_opened(path, AT + timedelta(minutes=number))

    expected = list(dict.fromkeys(reversed(opened)))[:MOST_RECENT]
    assert [r.path for r in kept.recent] == expected


def test_a_project_can_be_forgotten():
    kept = Preferences().with_opened("/a", AT).with_opened("/b", AT).without_recent("/a")

    assert [r.path for r in kept.recent] == ["/b"]


def test_the_folder_can_be_named(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("FLAWMARK_CONFIG", str(tmp_path))
    assert config_folder() == tmp_path

    monkeypatch.delenv("FLAWMARK_CONFIG")
    assert config_folder().name == "flawmark"
