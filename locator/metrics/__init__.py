"""What Prometheus may read of the site: numbers, and never a word of a visitor's.

Off unless LOCATOR_METRICS_TOKEN is set. docs/metrics.md lists what there is.
"""

from .scraping import measure
from .searches import count_search
from .senders import count_indistinct

__all__ = ["count_indistinct", "count_search", "measure"]
