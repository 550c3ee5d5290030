"""What the environment holds is read strictly, and refused in one line that names the variable."""

import pytest

from config import environment
from config.environment import SetupError
from tests.config.commands import manage, refusal


@pytest.mark.parametrize("value", ["1", "true", "Yes", "ON"])
def test_a_flag_is_yes(monkeypatch, value):
    monkeypatch.setenv("SIJIL_DEBUG", value)
    assert environment.flag("SIJIL_DEBUG") is True


@pytest.mark.parametrize("value", ["0", "false", "No", "off"])
def test_a_flag_is_no(monkeypatch, value):
    monkeypatch.setenv("SIJIL_DEBUG", value)
    assert environment.flag("SIJIL_DEBUG", default=True) is False


@pytest.mark.parametrize("value", ["", "  "])
def test_a_blank_variable_counts_as_unset(monkeypatch, value):
    monkeypatch.setenv("SIJIL_DEBUG", value)
    assert environment.flag("SIJIL_DEBUG", default=True) is True
    with pytest.raises(SetupError, match="SIJIL_DEBUG is not set; expected something"):
        environment.required("SIJIL_DEBUG", "something")


def test_hosts_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("SIJIL_ALLOWED_HOSTS", "sijil.example.org, .example.net,[::1],")
    assert environment.hosts("SIJIL_ALLOWED_HOSTS", ()) == ["sijil.example.org", ".example.net", "[::1]"]


@pytest.mark.parametrize("value", ["https://a.org", "a.org/path", "a.org:80", "a b", "a..b"])
def test_what_is_no_host_is_refused(monkeypatch, value):
    monkeypatch.setenv("SIJIL_ALLOWED_HOSTS", value)
    with pytest.raises(SetupError, match="SIJIL_ALLOWED_HOSTS holds"):
        environment.hosts("SIJIL_ALLOWED_HOSTS", ())


def test_a_file_is_no_folder(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SIJIL_DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(SetupError, match=r"SIJIL_DATA_DIR is .*; expected a folder"):
        environment.folder("SIJIL_DATA_DIR", tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SIJIL_DEBUG", "maybe", "SIJIL_DEBUG is 'maybe'; expected 1, true"),
        ("SIJIL_REVIEW", "none", "SIJIL_REVIEW is 'none'; expected four_eyes or single"),
        ("SIJIL_SECOND_FACTOR", "no", "SIJIL_SECOND_FACTOR is 'no'; expected required or optional"),
        ("SIJIL_ALLOWED_HOSTS", "http://x", "SIJIL_ALLOWED_HOSTS holds 'http://x'"),
        ("SIJIL_DATA_DIR", "/etc/passwd", "SIJIL_DATA_DIR is '/etc/passwd'; expected a folder"),
        (
            "SIJIL_OWNER_DATABASE_URL",
            "postgresql://u@h/n",
            "SIJIL_OWNER_DATABASE_URL is set without DATABASE_URL",
        ),
        ("DATABASE_URL", "mysql://user:secret@host/name", "DATABASE_URL does not begin with postgresql://"),
        ("DATABASE_URL", "postgresql://user:secret@host/", "DATABASE_URL names no database"),
        ("DATABASE_URL", "postgresql://user:sec/ret@host/name", "DATABASE_URL has no number for its port"),
        ("DATABASE_URL", "postgresql://user:secret%zz@host/name", "DATABASE_URL cannot be read"),
        ("DATABASE_URL", "postgresql://user:secret@host/name?colour=red", "DATABASE_URL cannot be read"),
        ("DATABASE_URL", "postgresql://user:secret@[::1/name", "DATABASE_URL cannot be read"),
    ],
)
def test_a_command_refuses_in_one_line_without_a_password(data_dir, variable, value, words):
    said = refusal(manage("check", **{variable: value}))
    assert words in said
    assert "secret" not in said
    assert "sec" not in said.replace("second", "")
