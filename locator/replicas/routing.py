"""What Django's router is asked, where there are replicas."""


class OnlyThePrimaryMigrates:
    """Replicas take over what the primary becomes; nobody changes their tables."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool | None:
        return False if db != "default" else None
