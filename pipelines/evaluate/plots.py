"""One picture of a run: the main figure of every system, with the categories as dots."""

from pathlib import Path

from pipelines.evaluate.results import Run
from pipelines.evaluate.scoring import table

__all__ = ["draw"]

_OWN, _OTHER = "#2f5d8c", "#8d949e"


def draw(run: Run, *, path: Path) -> None:
    """Write bars of the protocol's main figure by system, best on top, a dot per category, to a PNG or SVG file."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figures, metric = table(run.scored), run.protocol.main
    systems = sorted(figures.systems, key=lambda s: (figures.systems[s][metric], s == "graphmem"))
    values = [figures.systems[s][metric] for s in systems]
    picture, axes = plt.subplots(figsize=(8, 0.42 * len(systems) + 1.4), layout="constrained")
    axes.barh(systems, values, color=[_OWN if s.startswith("graphmem") else _OTHER for s in systems])
    categories = sorted({c for by in figures.categories.values() for c in by})
    for number, category in enumerate(categories):
        held = [s for s in systems if category in figures.categories[s]]
        dots = [figures.categories[s][category][metric] for s in held]
        axes.scatter(
            dots, held, s=22, color=f"C{number % 10}", edgecolors="white", linewidths=0.6, label=category, zorder=3
        )
    for place, value in enumerate(values):
        axes.text(1, place, f"{value:.1f}", va="center", fontsize=8, fontweight="bold", color="white")
    axes.set_xlim(0, 102)
    axes.set_xlabel(f"{run.protocol.unit} {metric}, %")
    count = sum(s.ranked.system == systems[0] for s in run.scored)
    axes.set_title(f"{run.dataset}: {run.data}, {count} questions, {run.embedder}", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1, 1), title="by category", title_fontsize=7)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(path, dpi=150)
    plt.close(picture)
