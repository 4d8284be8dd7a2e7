"""What `make run` and `make admin` run everything through."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


@pytest.mark.parametrize("made", [".", "secret-key", "teleclinic.sqlite3"])
def test_what_it_makes_is_for_its_owner_alone(tmp_path, made):
    var = tmp_path / "var"
    environment = {**os.environ, "LOCATOR_VAR": str(var), "SECRET_KEY": ""}

    subprocess.run(
        ["deploy/local", "touch", var / "teleclinic.sqlite3"],
        cwd=PROJECT,
        env=environment,
        check=True,
    )

    assert stat.S_IMODE((var / made).stat().st_mode) & 0o077 == 0
