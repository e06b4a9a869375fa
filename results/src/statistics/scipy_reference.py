"""Writes scipy_reference.csv, what SciPy says of the samples below: python3 scipy_reference.py

The tests in scipy_tests.rs hold this project's statistics to it.
"""

import csv
import pathlib

import numpy
import scipy
from scipy import stats

SAMPLES = {
    "two seeds": [93.4, 93.9],
    "three seeds": [93.5, 93.6, 93.7],
    "five seeds": [92.81, 93.14, 93.02, 92.67, 93.35],
    "ten seeds": [76.1, 76.4, 75.9, 76.8, 76.3, 76.05, 76.55, 75.7, 76.25, 76.6],
    "a tie": [93.0, 93.0, 93.4],
    "many ties": [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7],
    "constant": [94.0, 94.0, 94.0],
    "skewed": [0.1, 0.2, 0.2, 0.3, 0.5, 0.9, 1.7, 3.2, 6.1, 12.0, 25.0],
    "tiny spread": [0.7000001, 0.7000002, 0.7000004],
    "large": [2736.4, 2810.9, 2699.2, 2754.0],
    "thirty": [50 + 3 * ((7 * i) % 30) / 10 + 0.01 * i for i in range(30)],
}
ONE = [93.2]


def rows():
    for name, a in SAMPLES.items():
        if len(set(a)) > 1:
            for confidence in (0.5, 0.9, 0.95, 0.99, 0.999):
                error = stats.sem(a)
                low, high = stats.t.interval(confidence, len(a) - 1, numpy.mean(a), error)
                yield "student", a, [], confidence, low, high
            bootstrap = stats.bootstrap(
                (a,), numpy.mean, method="percentile", n_resamples=1_000_000, batch=10_000, rng=1
            )
            # The third number is the standard error of the mean, the scale of what chance does.
            yield "bootstrap", a, [], 0.95, *bootstrap.confidence_interval, stats.sem(a)
    for a in SAMPLES.values():
        for b in SAMPLES.values():
            if a is b or (len(set(a)) == 1 and len(set(b)) == 1):
                continue
            # SciPy's difference is that of its first sample from its second.
            test = stats.ttest_ind(b, a, equal_var=False)
            less = stats.ttest_ind(b, a, equal_var=False, alternative="less")
            greater = stats.ttest_ind(b, a, equal_var=False, alternative="greater")
            interval = test.confidence_interval(0.95)
            yield ("welch", a, b, 0.95, test.statistic, test.df, test.pvalue, less.pvalue, greater.pvalue,
                   interval.low, interval.high)
    for a in SAMPLES.values():
        if len(set(a)) > 1:
            for x, y in ((ONE, a), (a, ONE)):
                # With one value on a side, equal variances are assumed.
                test = stats.ttest_ind(y, x, equal_var=True)
                less = stats.ttest_ind(y, x, equal_var=True, alternative="less")
                greater = stats.ttest_ind(y, x, equal_var=True, alternative="greater")
                interval = test.confidence_interval(0.95)
                yield ("welch", x, y, 0.95, test.statistic, test.df, test.pvalue, less.pvalue,
                       greater.pvalue, interval.low, interval.high)
    for a in [*SAMPLES.values(), ONE]:
        for b in [*SAMPLES.values(), ONE]:
            if a is b:
                continue
            by = {side: stats.mannwhitneyu(b, a, alternative=side) for side in ("two-sided", "less", "greater")}
            yield ("mann_whitney", a, b, "", by["two-sided"].statistic, by["two-sided"].pvalue,
                   by["less"].pvalue, by["greater"].pvalue)


def main():
    path = pathlib.Path(__file__).with_suffix(".csv")
    with path.open("w", newline="") as file:
        file.write(f"# SciPy {scipy.__version__}, NumPy {numpy.__version__}; written by scipy_reference.py\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["function", "a", "b", "confidence", "expected"])
        for function, a, b, confidence, *expected in rows():
            joined = [" ".join(repr(float(x)) for x in values) for values in (a, b, expected)]
            writer.writerow([function, joined[0], joined[1], confidence, joined[2]])


if __name__ == "__main__":
    main()
