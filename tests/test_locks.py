"""What is installed is locked: each package in one version, and by its content."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RUN, DEV = "requirements.txt", "requirements-dev.txt"
SHA256 = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(lock):
    """What a lock says of each package, by its name without extras."""
    text = (ROOT / "deploy" / lock).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    return {re.match(r"[\w.-]+", line)[0].lower(): line for line in lines}


def asked(section):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = project["dependencies"]
    if section == "dev":
        named = project["optional-dependencies"]["dev"]
    return {re.match(r"[\w.-]+", each)[0].lower() for each in named}


@pytest.mark.parametrize("lock", [RUN, DEV])
def test_every_package_is_one_version_with_its_hashes(lock):
    said = entries(lock)

    assert len(said) > 10
    for name, line in said.items():
        assert re.match(r"[\w.-]+(\[[\w, -]+\])?==\S+ ", line), name
        assert SHA256.search(line), name


@pytest.mark.parametrize("lock", [RUN, DEV])
def test_no_lock_says_where_to_fetch_from(lock):
    text = (ROOT / "deploy" / lock).read_text()

    assert "://" not in text
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host", text)


def test_all_that_the_site_asks_for_is_locked():
    assert asked("run") <= set(entries(RUN))
    assert asked("dev") <= set(entries(RUN)) | set(entries(DEV))


def test_no_package_is_locked_twice():
    assert set(entries(RUN)) & set(entries(DEV)) == set()


def test_nothing_is_installed_without_its_hash():
    script = (ROOT / "deploy" / "venv").read_text()

    for command in re.findall(r"pip install(?:.*\\\n)*.*", script):
        assert "--require-hashes" in command
    assert "pip install" in script
