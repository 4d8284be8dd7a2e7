"""How static files are named and kept."""

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
