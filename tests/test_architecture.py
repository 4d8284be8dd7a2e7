"""Imports look down only, and every module has its floor."""

import ast
from collections.abc import Iterator
from pathlib import Path

LOCATOR = Path(__file__).parent.parent / "locator"

# From the cellar to the roof. Modules of one floor do not import each other.
FLOORS = [
    {
        "ages",
        "formats",
        "geo",
        "hours",
        "languages",
        "logs",
        "replicas",
        "shared_cache",
        "moment",
        "paths",
        "prepared",
        "tables",
        "text",
        "zones",
    },
    {"alike", "models"},
    {"catalogues", "facts", "gazetteer", "second_factor"},
    {"places", "search"},
    {"inspecting"},
    {"curation"},
    {"importers"},
    {"sheets"},
    {"tasks"},
    {"queues"},
    {"aid", "conditional", "telling"},
    {"asking"},
    {"results"},
    {"clinic_page", "explaining", "reporting"},
    {"browsing"},
    {"brand", "pages", "templatetags"},
    {"errors", "framing"},
    {"bounds", "metrics"},
    {"limits"},
    {"health", "views"},
    {"backups", "serving"},
    {"admin", "checks", "management"},
    {"urls"},
    {"apps"},
    # Written by Django; they import nothing of ours.
    {"migrations"},
]
FLOOR_OF = {name: height for height, floor in enumerate(FLOORS) for name in floor}


def misplaced(root: Path) -> list[str]:
    """What is wrong with the package at `root`, a sentence each."""
    wrong = []
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root)
        home = inside.parts[0].removesuffix(".py")
        if home == "__init__":
            home = ""
        elif home not in FLOOR_OF:
            wrong.append(f"{inside}: {home} has no floor")
            continue
        for line, target in imports(path, root):
            if target == "teleclinic":
                wrong.append(f"{inside}:{line} imports the wiring")
            elif not looks_down(home, target):
                wrong.append(f"{inside}:{line} imports {target}")
    return wrong


def looks_down(home: str, target: str) -> bool:
    if target == home:
        return True
    return bool(home) and FLOOR_OF.get(target, len(FLOORS)) < FLOOR_OF[home]


def imports(path: Path, root: Path) -> Iterator[tuple[int, str]]:
    """Line and top module of every import of the package itself, or of the wiring."""
    package = (root.name, *path.relative_to(root).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = [*above, *(node.module.split(".") if node.module else [])]
            named = [[*module, alias.name] for alias in node.names]
        else:
            continue
        for parts in named:
            if parts[0] == root.name and len(parts) > 1:
                yield node.lineno, parts[1]
            elif parts[0] == "teleclinic":
                yield node.lineno, "teleclinic"


def test_imports_look_down_only_and_every_module_has_its_floor():
    assert misplaced(LOCATOR) == []


def test_every_floor_that_is_named_is_lived_on():
    lived = {path.name.removesuffix(".py") for path in LOCATOR.iterdir()}

    assert set(FLOOR_OF) - lived == set()


def test_an_import_upwards_is_found_however_it_is_written(tmp_path):
    root = tmp_path / "locator"
    (root / "models").mkdir(parents=True)
    (root / "search").mkdir()
    (root / "geo.py").write_text("from .models import Clinic\n")
    (root / "models" / "clinic.py").write_text(
        "from ..geo import Point\n"
        "from .region import Region\n"
        "def url():\n"
        "    from .. import views\n"
    )
    (root / "search" / "engine.py").write_text("import locator.places\n")
    (root / "views.py").write_text("from locator import admin, search\n")
    (root / "curation.py").write_text("from teleclinic.settings import DEBUG\n")

    assert misplaced(root) == [
        "curation.py:1 imports the wiring",
        "geo.py:1 imports models",
        "models/clinic.py:4 imports views",
        "search/engine.py:1 imports places",
        "views.py:1 imports admin",
    ]


def test_a_module_without_a_floor_is_found(tmp_path):
    root = tmp_path / "locator"
    root.mkdir()
    (root / "utils.py").write_text("")

    assert misplaced(root) == ["utils.py: utils has no floor"]
