"""How static files are found, named and kept."""

from collections.abc import Iterator

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Static files under hashed names, each with a compressed twin.

    References are followed in CSS only: packaged scripts name source maps that their
    packages do not ship, and `collectstatic` would stop at those.
    """

    patterns = tuple(
        (glob, rules)
        for glob, rules in CompressedManifestStaticFilesStorage.patterns
        if glob == "*.css"
    )


class LeafletFinder(BaseFinder):
    """What pages ask of Leaflet, below `leaflet/`, from the package that brings it.

    Its source maps and its other builds, ten times as much, are left out.
    """

    folder = "leaflet"
    names = (
        "leaflet.js",
        "leaflet.css",
        # No page shows them, but the style sheet names them.
        "images/layers.png",
        "images/layers-2x.png",
        "images/marker-icon.png",
    )

    def __init__(self, app_names=None, *args, **kwargs) -> None:
        from xstatic.pkg import leaflet

        self.storage = FileSystemStorage(location=leaflet.BASE_DIR)
        self.storage.prefix = self.folder
        super().__init__(*args, **kwargs)

    def check(self, **kwargs) -> list:
        return []

    def find(self, path: str, find_all: bool = False) -> str | list[str]:
        folder, _, name = path.partition("/")
        if folder != self.folder or name not in self.names:
            return []
        found = self.storage.path(name)
        return [found] if find_all else found

    def list(self, ignore_patterns) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in self.names:
            yield name, self.storage
