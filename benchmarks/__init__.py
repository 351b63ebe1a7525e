"""Speed, as ratios within one run: ``python -m benchmarks``. No test fails by a time."""
