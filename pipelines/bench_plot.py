"""Draw how the cost of a recall grows: `python -m pipelines.bench_plot OUT --svg docs/assets/recall-at-size.svg`.

OUT holds what `make bench` leaves: `scale` lines for SQLite, `neo4j-open` lines for Neo4j. Interactions to the right on
a logarithmic scale, milliseconds on the clock upwards; a full line is the median, a dashed one the 95th percentile. The
same results give the same file.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10
from pathlib import Path
from typing import Any

from pipelines.report import read_results

__all__ = ["Cost", "costs", "drawn", "main"]

_WIDTH, _HEIGHT = 680, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 210, 24, 48
_COLOURS = ("#0b6e99", "#c05621", "#5b7f2b", "#7a4fa3")


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What a recall costs at a size: `store` and its version, interactions, median and 95th percentile in ms."""

    store: str
    interactions: int
    p50: float
    p95: float


def main(argv: Sequence[str] | None = None) -> int:
    """Write the picture; return 2 where nothing was measured."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.bench_plot", description=__doc__)
    parser.add_argument("results", type=Path, help="folder of results")
    parser.add_argument("--svg", type=Path, required=True, help="where the picture goes")
    asked = parser.parse_args(argv)
    results = read_results(asked.results) if asked.results.is_dir() else []
    found = costs([result.values for result in results])
    if not found:
        print(f"bench_plot: no recall was measured in {asked.results}: run `make bench` first", file=sys.stderr)
        return 2
    asked.svg.parent.mkdir(parents=True, exist_ok=True)
    asked.svg.write_text(drawn(found), encoding="utf-8")
    return 0


def costs(results: Sequence[Mapping[str, Any]]) -> list[Cost]:
    """Return the costs that results tell, chats only, by store and size; of two of one size the later one."""
    found: dict[tuple[str, int], Cost] = {}
    for result in results:
        if result.get("bench") == "scale" and result["kind"] == "chat":
            cost = _cost("SQLite", result, result)
        elif result.get("bench") == "neo4j-open":
            cost = _cost(f"Neo4j {result['neo4j']}", result, result["warm"])
        else:
            continue
        found[cost.store, cost.interactions] = cost
    return sorted(found.values())


def _cost(store: str, result: Mapping[str, Any], recall: Mapping[str, Any]) -> Cost:
    return Cost(store, result["interactions"], recall["recall_p50_ms"], recall["recall_p95_ms"])


def drawn(found: Sequence[Cost]) -> str:
    """Return the picture of at least one cost as SVG."""
    axes = _Axes.of(found)
    stores = list(dict.fromkeys(cost.store for cost in found))
    lines = [*axes.frame()]
    for number, store in enumerate(stores):
        own = [cost for cost in found if cost.store == store]
        lines += _curves(own, axes, colour=_COLOURS[number % len(_COLOURS)], place=number)
    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    style = 'font-family="sans-serif" font-size="12" fill="#333"'
    told = "; ".join(f"{c.store}, {c.interactions:,} interactions: {c.p50:g} and {c.p95:g} ms" for c in found)
    title = f"<title>Median and 95th percentile of a recall. {told}</title>"
    ground = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style} role="img">'
    return "\n".join([svg, title, ground, *lines, "</svg>"]) + "\n"


@dataclass(frozen=True, slots=True)
class _Axes:
    """From sizes and milliseconds to places in the picture."""

    least: float
    most: float
    top: float
    step: float
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, found: Sequence[Cost]) -> "_Axes":
        sizes = tuple(sorted({cost.interactions for cost in found}))
        highest = max(cost.p95 for cost in found)
        step = 10 ** (ceil(log10(max(highest, 1.0))) - 1)
        return cls(log10(sizes[0]), log10(sizes[-1]), step * ceil(highest / step), step, sizes)

    def x(self, interactions: int) -> float:
        share = (log10(interactions) - self.least) / (self.most - self.least or 1)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, ms: float) -> float:
        return _HEIGHT - _BOTTOM - ms / self.top * (_HEIGHT - _TOP - _BOTTOM)

    def frame(self) -> Iterator[str]:
        """Yield the axes, their ticks and what they count."""
        left, right, bottom = _LEFT, _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        for ms in (tick * self.step for tick in range(round(self.top / self.step) + 1)):
            yield f'<path d="M{left} {self.y(ms):.1f}H{right}" stroke="#ddd"/>'
            yield f'<text x="{left - 8}" y="{self.y(ms) + 4:.1f}" text-anchor="end">{ms:g}</text>'
        for size in self.sizes:
            yield f'<path d="M{self.x(size):.1f} {bottom}v5" stroke="#333"/>'
            yield f'<text x="{self.x(size):.1f}" y="{bottom + 20}" text-anchor="middle">{size:,}</text>'
        yield f'<path d="M{left} {_TOP}V{bottom}H{right}" fill="none" stroke="#333"/>'
        yield f'<text x="{(left + right) / 2:.1f}" y="{_HEIGHT - 8}" text-anchor="middle">interactions</text>'
        yield f'<text x="{left - 8}" y="{_TOP - 8}" text-anchor="end">ms</text>'


def _curves(own: Sequence[Cost], axes: _Axes, *, colour: str, place: int) -> Iterator[str]:
    """Yield the two curves of a store and its line in the legend."""
    for name, dash in (("p50", ""), ("p95", ' stroke-dasharray="5 4"')):
        points = [(axes.x(cost.interactions), axes.y(getattr(cost, name))) for cost in own]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
        across, down = _WIDTH - _RIGHT + 16, _TOP + 40 * place + (18 if dash else 0)
        yield f'<path d="M{across} {down}h22" stroke="{colour}" stroke-width="2"{dash}/>'
        label = f"{own[0].store}, {'95 %' if dash else 'median'}"
        yield f'<text x="{across + 28}" y="{down + 4}">{label}</text>'


if __name__ == "__main__":
    sys.exit(main())
