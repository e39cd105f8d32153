"""Settings: what the environment says, and what is refused at start."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from repo_service.settings import ConfigurationError, Settings


def test_nothing_set_means_everything_in_one_folder(tmp_path: Path) -> None:
    settings = Settings.from_env({"KHO_DATA": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'kho.db'}"
    assert settings.storage_url == f"file:{tmp_path / 'files'}"
    assert settings.search_url == f"tantivy:{tmp_path / 'index'}"
    assert not settings.is_real


def test_the_kept_key_is_made_once_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    first = Settings.from_env({"KHO_DATA": str(tmp_path)}).secret_key
    assert Settings.from_env({"KHO_DATA": str(tmp_path)}).secret_key == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_real_installation_needs_its_own_long_key(tmp_path: Path) -> None:
    env = {"KHO_DATA": str(tmp_path), "PUBLIC_URL": "https://kho.example.vn"}
    for refused in (env, {**env, "SECRET_KEY": "short"}):
        with pytest.raises(ConfigurationError):
            Settings.from_env(refused)
    assert Settings.from_env({**env, "SECRET_KEY": "x" * 32}).is_real


@pytest.mark.parametrize(
    ("name", "value"), [("PUBLIC_URL", "kho.example.vn"), ("CONTENT_URL", "//x"), ("TRUSTED_PROXIES", "two")]
)
def test_a_wrong_setting_is_one_clear_line(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_env({"KHO_DATA": str(tmp_path), name: value, "SECRET_KEY": "x" * 32})


def test_secrets_stay_out_of_the_printed_form(tmp_path: Path) -> None:
    settings = Settings.from_env({"KHO_DATA": str(tmp_path), "SMTP_URL": "smtp://u:hidden@host"})
    assert settings.secret_key not in repr(settings)
    assert "hidden" not in repr(settings)
