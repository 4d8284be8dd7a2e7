"""The directory without a search, for visitors and for search engines."""
