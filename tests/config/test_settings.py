"""Settings that a deployment can stand on, and a quickstart on this machine can be used with."""

import pytest

from tests.config.commands import manage, python, refusal, run
from tests.config.conftest import PYTHON

DEPLOYED = {"SIJIL_SECRET_KEY": "0123456789" * 6, "SIJIL_ALLOWED_HOSTS": "sijil.example.org"}


def test_a_deployment_passes_djangos_own_checks(data_dir):
    outcome = manage("check", "--deploy", "--fail-level", "WARNING", **DEPLOYED)
    assert outcome.returncode == 0, outcome.stderr


def test_plain_http_is_for_this_machines_own_names_only(data_dir):
    shown = python(
        "from django.conf import settings; print(settings.ALLOWED_HOSTS)",
        DJANGO_SETTINGS_MODULE="config.settings",
        SIJIL_PLAIN_HTTP="1",
        **DEPLOYED,
    )
    assert shown.stdout == "['127.0.0.1', 'localhost', '[::1]']\n"


@pytest.mark.parametrize("missing", DEPLOYED)
def test_a_server_process_demands_what_a_deployment_has_to_choose(data_dir, missing):
    given = {name: value for name, value in DEPLOYED.items() if name != missing}
    assert f"{missing} is not set" in refusal(run([PYTHON, "-c", "import config.wsgi"], **given))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (DEPLOYED, "__Host-sijil-session __Host-sijil-csrf True required"),
        (DEPLOYED | {"SIJIL_PLAIN_HTTP": "1"}, "sijil-session sijil-csrf False optional"),
        (
            DEPLOYED | {"SIJIL_PLAIN_HTTP": "1", "SIJIL_SECOND_FACTOR": "required"},
            "sijil-session sijil-csrf False required",
        ),
        (DEPLOYED | {"SIJIL_SECOND_FACTOR": "optional"}, "__Host-sijil-session __Host-sijil-csrf True optional"),
    ],
)
def test_cookies_and_second_factor_as_the_installation_needs_them(data_dir, given, shown):
    code = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SIJIL_SECOND_FACTOR)"
    )
    assert python(code, DJANGO_SETTINGS_MODULE="config.settings", **given).stdout.strip() == shown


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nowhere/", "/admin/login/", "/admin/", "/admin/nowhere/"])
def test_scripts_and_styles_are_files_of_this_site_alone(admin_client, address):
    policy = _policy(admin_client.get(address))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert not any("unsafe" in value or "http" in value for value in policy.values())


def _policy(response) -> dict[str, str]:
    directives = response.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (directive.partition(" ") for directive in directives)}


@pytest.mark.django_db
def test_a_page_of_the_admin_names_no_other_site(admin_client):
    page = admin_client.get("/admin/").content.decode()
    assert 'src="http' not in page
    assert 'href="http' not in page
