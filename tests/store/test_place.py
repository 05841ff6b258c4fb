"""From a setting to the address of a store."""

from __future__ import annotations

from pathlib import Path

import pytest

from didymium.errors import UsageError
from didymium.store.place import VARIABLE, default_file, shown, store_url


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_default_is_in_the_data_folder_of_the_user(tmp_path: Path) -> None:
    assert Path(str(store_url().database)).name == "didymium.db"
    assert default_file().is_absolute()


def test_the_variable_counts_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "other.db"))
    assert store_url().database == str(tmp_path / "other.db")
    assert store_url(tmp_path / "this.db").database == str(tmp_path / "this.db")


@pytest.mark.parametrize("stated", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_postgresql_is_one_driver_and_its_password_is_never_shown(stated: str) -> None:
    url = store_url(stated)
    assert url.drivername == "postgresql+psycopg"
    assert url.password == "p"
    assert ":p@" not in shown(url)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("mysql://u:secret@h/d", "mysql"),
        ("postgresql://u:secret@h:port/d", "no address"),
        ("postgresql://u:secret@h", "no database"),
        ("sqlite://", "no database"),
        ("sqlite:///:memory:", "no database"),
        ("://", "no address"),
    ],
)
def test_other_settings_are_refused_without_telling_a_password(stated: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        store_url(stated)
    assert said in str(caught.value)
    assert "postgresql://" in str(caught.value)
    assert "secret" not in str(caught.value)
