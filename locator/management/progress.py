"""A progress bar for commands."""

import sys
from typing import TextIO

WIDTH = 40


class ProgressBar:
    """A bar on a terminal; silent elsewhere, so that logs stay readable."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.is_shown = self.stream.isatty()
        self._last = ""

    def __call__(self, share: float) -> None:
        """Show that `share` of the work is done, from 0 to 1; 1 ends the bar."""
        if not self.is_shown:
            return
        full = round(min(max(share, 0.0), 1.0) * WIDTH)
        bar = f"\r[{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%}"
        if bar != self._last:
            self.stream.write(bar)
            self._last = bar
        if share >= 1:
            self.stream.write("\n")
        self.stream.flush()
