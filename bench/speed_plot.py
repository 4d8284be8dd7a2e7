"""A plot of times by the number of clinics, both on scales of powers of ten, as SVG."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 360, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 112, 34, 40
COUNTS = (10_000, 100_000, 1_000_000)
TIMES = (1, 10, 100, 1_000, 10_000, 100_000)
# Told apart without colours too: each line has its name at its end, and its own dashes.
LOOKS = (
    ("#00604f", ""),
    ("#b3400e", "6 3"),
    ("#3b4cc0", "2 3"),
    ("#6b6b6b", "8 3 2 3"),
)
APART = 13  # pixels between the names of lines

Points = Sequence[tuple[int, float]]


def drawn(panels: Mapping[str, Mapping[str, Points]]) -> str:
    """The plot: a panel for each engine, a line for each contender in it."""
    width = WIDTH * max(1, len(panels))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
        f'role="img" font-family="system-ui, sans-serif" font-size="11">',
        "<title>Median time of a search within 25 miles, by the number of clinics"
        "</title>",
        f'<rect width="{width}" height="{HEIGHT}" fill="#fff"/>',
    ]
    every = dict.fromkeys(name for lines in panels.values() for name in lines)
    looks = dict(zip(every, LOOKS, strict=False))
    for at, (name, lines) in enumerate(panels.items()):
        parts.append(f'<g transform="translate({at * WIDTH} 0)" fill="#222">')
        parts += [*_frame(name), *_lines(lines, looks), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _x(count: float) -> float:
    whole = WIDTH - LEFT - RIGHT
    return round(LEFT + whole * _part(count, COUNTS), 1)


def _y(ms: float) -> float:
    whole = HEIGHT - TOP - BOTTOM
    return round(HEIGHT - BOTTOM - whole * _part(ms, TIMES), 1)


def _part(value: float, scale: Sequence[float]) -> float:
    first, last = math.log10(scale[0]), math.log10(scale[-1])
    return (math.log10(max(value, scale[0])) - first) / (last - first)


def _frame(name: str) -> Iterator[str]:
    yield f'<text x="{LEFT}" y="18" font-weight="bold">{escape(name)}</text>'
    for ms in TIMES:
        label = f"{ms:,} ms" if ms < 1000 else f"{ms // 1000:,} s"
        yield (
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(ms)}" y2="{_y(ms)}" '
            'stroke="#ddd"/>'
        )
        yield f'<text x="{LEFT - 6}" y="{_y(ms) + 4}" text-anchor="end">{label}</text>'
    for count in COUNTS:
        yield (
            f'<text x="{_x(count)}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">'
            f"{count:,}</text>"
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">clinics</text>'


def _lines(lines: Mapping[str, Points], looks: Mapping) -> Iterator[str]:
    ends: list[float] = []
    # From the top, so that names stand in the order of their lines.
    slowest_first = sorted(lines.items(), key=lambda line: -line[1][-1][1])
    for name, points in slowest_first:
        colour, dashes = looks[name]
        path = " ".join(f"{_x(count)},{_y(ms)}" for count, ms in points)
        yield (
            f'<polyline points="{path}" fill="none" stroke="{colour}" '
            f'stroke-width="2" stroke-dasharray="{dashes}"/>'
        )
        for count, ms in points:
            yield f'<circle cx="{_x(count)}" cy="{_y(ms)}" r="3" fill="{colour}"/>'
        at, x = _free(_y(points[-1][1]) + 4, ends), WIDTH - RIGHT + 8
        yield f'<text x="{x}" y="{at}" fill="{colour}">{escape(name)}</text>'


def _free(wanted: float, taken: list[float]) -> float:
    """The height nearest to `wanted`, below which no other name stands too near."""
    while any(abs(wanted - each) < APART for each in taken):
        wanted += 1
    taken.append(wanted)
    return wanted
