"""What a visit costs a browser: requests, bytes, shifts, and what it paints."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext

# Before the page's own scripts, so that nothing is missed.
OBSERVE = """
window.seen = { shift: 0, largest: null };
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) {
    if (!each.hadRecentInput) window.seen.shift += each.value;
  }
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) {
    window.seen.largest = each.url || (each.element ? "text" : "unknown");
  }
}).observe({ type: "largest-contentful-paint", buffered: true });
"""


@dataclass
class Visit:
    """What one page cost. `weight` is in bytes as they travel, headers included.

    `largest` is "text", or the address of the picture that was painted largest.
    """

    url: str
    weight: int = 0
    requests: list[str] = field(default_factory=list)
    shift: float = 0.0
    largest: str = ""
    complaints: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        """The addresses of other hosts that were asked for."""
        own = urlsplit(self.url).netloc
        return [
            url
            for url in self.requests
            if urlsplit(url).netloc != own and not url.startswith("data:")
        ]


def visit(context: BrowserContext, url: str) -> Visit:
    """Open `url` in a new page of `context`, whose cache is kept between visits."""
    told = Visit(url)
    page = context.new_page()
    page.add_init_script(OBSERVE)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda each: _weigh(told, each))
    page.on("request", lambda request: told.requests.append(request.url))
    page.on("pageerror", lambda error: told.complaints.append(str(error)))
    page.on(
        "console",
        lambda said: (
            told.complaints.append(said.text) if said.type == "error" else None
        ),
    )
    page.goto(url, wait_until="networkidle")
    seen = page.evaluate("window.seen")
    told.shift, told.largest = seen["shift"], seen["largest"] or "nothing"
    page.close()
    return told


def _weigh(told: Visit, finished: dict) -> None:
    told.weight += int(finished["encodedDataLength"])
