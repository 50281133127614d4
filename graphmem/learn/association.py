"""Which of the nearest neighbours really belong: a mixture of two Gaussians over one list of similarities. Pure.

MemGAS (arXiv 2505.19549) links a new memory with the members of the better component.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["associated"]

#: Fewer similarities than this are no mixture: a fixed threshold decides.
LEAST = 5
#: So does it where they are all alike.
LEAST_VARIANCE = 1e-4
#: The threshold where no mixture is fitted, and at most so many neighbours then.
CLOSE, FEW = 0.6, 5
#: Steps of expectation and maximisation; one-dimensional mixtures settle in a dozen.
STEPS = 30


def associated(similarities: Sequence[float]) -> tuple[int, ...]:
    """Return the places of the similarities that belong to the higher of two groups, in order.

    A mixture of two normal distributions fitted by expectation maximisation from the two halves of the sorted list;
    where there are under 5 or they vary by less than 1e-4, those of at least .6, at most 5.
    """
    values = np.asarray(similarities, dtype=np.float64)
    if len(values) < LEAST or float(values.var()) < LEAST_VARIANCE:
        near = sorted((n for n in range(len(values)) if values[n] >= CLOSE), key=lambda n: (-values[n], n))[:FEW]
        return tuple(sorted(near))
    higher = _mixture(values)
    return tuple(int(n) for n in np.flatnonzero(higher > 0.5))


def _mixture(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return each value's probability of belonging to the component of the higher mean."""
    middle = float(np.median(values))
    low, high = values[values <= middle], values[values > middle]
    means = np.array([low.mean(), high.mean() if len(high) else middle])
    floor = max(1e-6, 0.01 * float(values.var()))
    variances = np.array([max(floor, float(low.var())), max(floor, float(high.var()) if len(high) else floor)])
    shares = np.array([0.5, 0.5])
    for _ in range(STEPS):
        logs = np.log(shares) - 0.5 * np.log(variances) - (values[:, None] - means) ** 2 / (2 * variances)
        odds = np.exp(logs - logs.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        mass = np.maximum(odds.sum(axis=0), 1e-9)
        means = (odds * values[:, None]).sum(axis=0) / mass
        variances = np.maximum(floor, (odds * (values[:, None] - means) ** 2).sum(axis=0) / mass)
        shares = mass / len(values)
    higher: npt.NDArray[np.float64] = odds[:, int(np.argmax(means))]
    # Far above both means the broader component can win on its tail: what is nearer than the higher mean belongs.
    return np.where(values >= means.max(), 1.0, np.where(values <= means.min(), 0.0, higher))
