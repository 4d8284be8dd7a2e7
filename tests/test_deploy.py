"""What `deploy/` offers operators fits this site, as far as it can be read here."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from locator.admin.site import PATIENCE
from teleclinic.server import STOP_PATIENCE

DEPLOY = settings.BASE_DIR / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
COMPOSE = DEPLOY / "container" / "compose.yaml"
CONTAINERFILE = DEPLOY / "container" / "Containerfile"


def unit(path):
    read = configparser.RawConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read_string(path.read_text())
    return read


def compose():
    return yaml.safe_load(COMPOSE.read_text())


def commands(path):
    """The commands of manage.py that a file runs."""
    return re.findall(r"manage(?:\.py)? ([a-z_]+)", path.read_text())


@pytest.mark.parametrize(
    "path",
    [*SERVICES, DEPLOY / "daily", DEPLOY / "cron" / "teleclinic", COMPOSE],
    ids=lambda path: path.name,
)
def test_every_command_that_is_run_is_there(path):
    assert set(commands(path)) <= set(get_commands())


def test_the_daily_work_is_what_the_operators_guide_names():
    guide = (settings.BASE_DIR / "docs" / "operations.md").read_text()

    daily = commands(DEPLOY / "daily")

    assert "age_clinics" in daily
    assert all(f"`{command}`" in guide for command in daily)


@pytest.mark.parametrize("path", [DEPLOY / "example.env"], ids=lambda path: path.name)
def test_every_setting_of_the_example_is_one(path):
    names = re.findall(r"^#?([A-Z_]+)=", path.read_text(), re.MULTILINE)

    assert len(names) > 10
    assert set(names) <= settings.LOCATOR_NAMES


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_services_run_as_nobody_who_may_do_much(path):
    service = unit(path)["Service"]

    assert service["User"] == "teleclinic"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""


def test_whoever_waits_for_the_site_has_more_patience_than_the_site():
    nginx = (DEPLOY / "proxy" / "nginx.conf").read_text()
    of_desk = nginx.partition("location /admin/ {")[2].partition("}")[0]
    systemd = unit(DEPLOY / "systemd" / "teleclinic.service")["Service"]

    proxy = int(re.search(r"proxy_read_timeout (\d+)s;", of_desk)[1])
    stopping = int(systemd["TimeoutStopSec"])
    site = compose()["services"]["site"]
    container = int(site["stop_grace_period"].removesuffix("s"))

    assert proxy > PATIENCE
    assert min(stopping, container) > STOP_PATIENCE > PATIENCE


def test_every_timer_has_its_service():
    timers = {path.stem for path in UNITS if path.suffix == ".timer"}

    assert timers == {"teleclinic-backup", "teleclinic-daily"}
    assert timers <= {path.stem for path in SERVICES}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_every_unit(tmp_path):
    for path in UNITS:
        # Its programs are not installed here.
        text = re.sub(r"/srv/teleclinic/\S+", "/bin/true", path.read_text())
        (tmp_path / path.name).write_text(text)

    done = subprocess.run(
        ["systemd-analyze", "verify", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_containers_write_nowhere_but_where_they_must():
    for name in ("proxy", "site", "worker"):
        service = compose()["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"]


def test_only_the_proxy_is_reached_from_outside():
    services = compose()["services"]

    assert [name for name in services if "ports" in services[name]] == ["proxy"]
    assert services["database"]["networks"] == ["inside"]
    assert compose()["networks"]["inside"] == {"internal": True}


def test_whatever_the_compose_file_mounts_is_there():
    mounts = [
        Path(mount.split(":")[0])
        for service in compose()["services"].values()
        for mount in service.get("volumes", [])
        if mount.startswith(".")
    ]

    assert len(mounts) == 3
    assert all((COMPOSE.parent / mount).is_file() for mount in mounts)


def test_the_image_holds_what_the_site_needs_and_runs_as_nobody():
    said = CONTAINERFILE.read_text()
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", said, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    ignored = (DEPLOY / "container" / "Containerfile.dockerignore").read_text()

    assert all((settings.BASE_DIR / source).exists() for source in sources)
    assert all(f"!{source}\n" in ignored for source in sources)
    # What the settings and the wiring read from beside themselves.
    assert {"teleclinic", "locator", "templates", "static", "locale"} <= set(sources)
    assert re.search(r"^USER 10001:10001$", said, re.MULTILINE)
    assert "--require-hashes" in said
    assert "/healthz" in said


@pytest.mark.parametrize("name", ["allow-replica.sh", "follow.sh"])
def test_scripts_of_the_containers_are_of_a_grammar(name):
    path = DEPLOY / "container" / name

    done = subprocess.run(["bash", "-n", path], check=False)

    assert done.returncode == 0


@pytest.mark.skipif(not shutil.which("caddy"), reason="no Caddy here")
def test_caddy_understands_its_file(tmp_path):
    said = subprocess.run(
        ["caddy", "version"], capture_output=True, text=True, check=True
    )
    text = (DEPLOY / "proxy" / "Caddyfile").read_text()
    if said.stdout.lstrip("v").startswith("2.6."):
        text = text.replace("request_buffers 512KB", "buffer_requests")
    (tmp_path / "Caddyfile").write_text(text)

    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", "Caddyfile"],
        cwd=tmp_path,
        env={
            "HOME": str(tmp_path),
            "PATH": "/usr/bin:/bin",
            "SITE_NAME": "clinics.example.org",
            "SITE_UPSTREAM": "unix//run/teleclinic/site.sock",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_no_command_of_make_is_taken_for_a_folder_of_its_name():
    makefile = (Path(__file__).parents[1] / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split()

    commands = re.findall(r"^([a-z-]+):", makefile, re.M)

    assert sorted(phony) == sorted(commands)
