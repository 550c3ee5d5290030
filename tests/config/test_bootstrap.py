"""A fresh machine, with nothing but Python: a small checkout, wheels made on the spot, no network."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.config.commands import CHECKOUT, refusal

FRESH_PYTHON = sys._base_executable

STUBS = {
    "django/__init__.py": "",
    "django/core/__init__.py": "",
    "django/core/management.py": "import sys\ndef execute_from_command_line(argv): print('in', sys.prefix, argv[1:])\n",
    "psycopg.py": "",
    "rest_framework.py": "",
    "unfold.py": "",
}
TEST_STUBS = {
    "pytest_django.py": "",
    "pytest.py": "import sys\nprint('1 passed', sys.argv[1:])\nsys.exit(7)\n",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What `manage.py` needs before anything is installed, and requirements that two small wheels meet."""
    return make_checkout(tmp_path)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Such a checkout after its first command, and what that said."""
    path = make_checkout(tmp_path_factory.mktemp("made"))
    return path, start(path, "version")


@pytest.fixture
def made(made_once: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Path:
    """A copy of that checkout: an environment goes where it is carried."""
    return shutil.copytree(made_once[0], tmp_path / "a checkout", symlinks=True)


def make_checkout(tmp_path: Path) -> Path:
    path = tmp_path / "a checkout"
    (path / "requirements").mkdir(parents=True)
    shutil.copy(CHECKOUT / "manage.py", path)
    shutil.copytree(CHECKOUT / "config", path / "config", ignore=shutil.ignore_patterns("__pycache__"))
    app = _wheel(tmp_path, "stubs", STUBS)
    dev = _wheel(tmp_path, "teststubs", TEST_STUBS)
    (path / "requirements" / "app.txt").write_text(app)
    (path / "requirements" / "dev.txt").write_text(app + dev)
    return path


def _wheel(folder: Path, name: str, files: dict[str, str]) -> str:
    """Make a wheel; return the hashed requirement for it."""
    info = f"{name}-1.0.dist-info"
    content = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},{_record_hash(text)},{len(text)}\n" for path, text in content.items())
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in (content | {f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}).items():
            wheel.writestr(file, text)
    return f"{name} @ {path.as_uri()} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _record_hash(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def start(checkout: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    keep = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    return subprocess.run(
        [FRESH_PYTHON, "manage.py", *arguments],
        cwd=checkout,
        env=keep | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def pretend_missing(folder: Path, module: str) -> str:
    """A PYTHONPATH under which `module` is not there, as on Debian without python3-venv."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import importlib.machinery, sys\n"
        "find = importlib.machinery.PathFinder.find_spec.__func__\n"
        "def without(cls, name, path=None, target=None):\n"
        f"    return None if name == {module!r} else find(cls, name, path, target)\n"
        "importlib.machinery.PathFinder.find_spec = classmethod(without)\n"
    )
    return str(folder)


def test_the_first_command_makes_the_environment_and_runs_in_it(made_once):
    checkout, outcome = made_once
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == f"in {checkout / '.venv'} ['version']\n"
    assert "installing 1 packages" in outcome.stderr


def test_the_second_command_finds_it_made(made):
    assert start(made, "version").stderr == ""


def test_test_adds_what_testing_needs_and_passes_arguments_output_and_exit_code_through(made):
    outcome = start(made, "test", "-k", "some thing")
    assert "installing 2 packages" in outcome.stderr
    assert outcome.stdout == "1 passed ['-k', 'some thing']\n"
    assert outcome.returncode == 7
    assert start(made, "version").stderr == ""


def test_changed_requirements_are_installed(made):
    with (made / "requirements" / "app.txt").open("a") as requirements:
        requirements.write("# changed\n")
    assert "installing 1 packages" in start(made, "version").stderr
    assert start(made, "version").stderr == ""


def test_an_environment_whose_making_was_interrupted_is_made_anew(made):
    """A package half unpacked has its metadata already, and pip would be content with it."""
    (made / ".venv" / ".sijil-requirements").write_text("making\n")
    shutil.rmtree(next((made / ".venv" / "lib").glob("python*/site-packages/django")))
    outcome = start(made, "version")
    assert outcome.returncode == 0, outcome.stderr
    assert "anew" in outcome.stderr


def test_a_virtual_environment_cut_short_before_pip_is_completed(checkout):
    (checkout / ".venv" / "bin").mkdir(parents=True)
    outcome = start(checkout, "version")
    assert outcome.returncode == 0, outcome.stderr


def test_an_environment_whose_python_has_gone_is_mended(made):
    for name in (".venv/.sijil-requirements", ".venv/bin/python", ".venv/bin/python3"):
        (made / name).unlink()
    (made / ".venv" / "bin" / "python").symlink_to("/nonexistent/python3")
    outcome = start(made, "version")
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(checkout, tmp_path, module):
    path = pretend_missing(tmp_path / "site", module)
    said = refusal(start(checkout, "version", PYTHONPATH=path))
    assert f"no {module} module" in said
    assert "python3-venv" in said


def test_a_package_index_out_of_reach_is_told_in_one_line(checkout):
    (checkout / "requirements" / "app.txt").write_text(f"absent==1.0 --hash=sha256:{'0' * 64}\n")
    outcome = start(checkout, "version", PIP_INDEX_URL="http://127.0.0.1:1/simple", PIP_RETRIES="0")
    assert outcome.returncode == 1
    assert "the package index cannot be reached" in outcome.stderr.splitlines()[-1]
    assert "Traceback" not in outcome.stderr


def test_a_package_with_another_digest_is_not_installed(checkout):
    requirements = checkout / "requirements" / "app.txt"
    requirements.write_text(requirements.read_text().partition("sha256:")[0] + f"sha256:{'0' * 64}\n")
    outcome = start(checkout, "version")
    assert outcome.returncode == 1
    assert "HASHES" in outcome.stderr.splitlines()[-1]
    assert (checkout / ".venv" / ".sijil-requirements").read_text() == "making\n"


def test_a_place_that_cannot_be_written_is_named(checkout):
    (checkout / ".venv").write_text("a file in the way")
    assert f"{checkout / '.venv'}" in refusal(start(checkout, "version"))


@pytest.mark.parametrize(
    ("second", "ends"),
    [(["version"], 0), (["test", "-k", "some thing"], 7)],  # 7 is how the made-up pytest ends
    ids=["of one kind", "of two"],
)
def test_two_first_commands_at_once_make_one_environment(checkout, second, ends):
    both = [
        subprocess.Popen(
            [FRESH_PYTHON, "manage.py", *arguments],
            cwd=checkout,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"]},
        )
        for arguments in (["version"], second)
    ]
    said = "".join("".join(each.communicate(timeout=120)) for each in both)
    assert [each.returncode for each in both] == [0, ends], said
    assert said.count("making the environment /") == 1
    assert "another command is making the environment" in said


def test_an_environment_that_has_everything_is_used_as_it_is(checkout, tmp_path):
    modules = tmp_path / "modules"
    for name, text in STUBS.items():
        (modules / name).parent.mkdir(parents=True, exist_ok=True)
        (modules / name).write_text(text)
    outcome = start(checkout, "version", PYTHONPATH=str(modules))
    assert outcome.returncode == 0, outcome.stderr
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_told_so(checkout):
    run_it = "import runpy; runpy.run_path('manage.py', run_name='__main__')"
    code = f"import sys; sys.version_info = (3, 9, 2); {run_it}"
    outcome = subprocess.run([FRESH_PYTHON, "-c", code], cwd=checkout, capture_output=True, text=True, check=False)
    assert refusal(outcome) == "Python 3.11 or newer is needed; this is 3.9"
