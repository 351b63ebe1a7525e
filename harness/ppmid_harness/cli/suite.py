"""``ppmid-harness lint`` and ``ppmid-harness checks``: what there is to run, without running it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ppmid_harness.cli.output import emit, emit_json

LINT_HELP = """Say where features break a rule that keeps the three runners equal. Exit code 2 when any does.

\b
Examples:
  ppmid-harness lint
  ppmid-harness lint features/secmp0038 --json
"""

CHECKS_HELP = """List every check with what it judges and needs, and whether a bench can judge it.

\b
Examples:
  ppmid-harness checks
  ppmid-harness checks --bench lab.toml --json
"""


def lint(
    paths: Annotated[list[Path] | None, typer.Argument(help="Feature files, or folders of them.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Lint features."""
    from ppmid_bench.verdict import EXIT_PASS, EXIT_USAGE
    from ppmid_harness import feature_lint
    from ppmid_harness.plan import read_features
    from ppmid_harness.selection import scenarios
    from ppmid_steps.load import all_steps

    features = read_features(tuple(paths or ()))
    findings = feature_lint.lint(features, all_steps())
    if json:
        listed = [{"file": str(one.path), "line": one.line, "sentence": one.sentence} for one in findings]
        emit_json({"features": len(features), "scenarios": len(scenarios(features)), "findings": listed})
    else:
        for one in findings:
            emit(f"{one.path}:{one.line}: {one.sentence}")
        emit(f"{len(features)} feature(s), {len(scenarios(features))} scenario(s), {len(findings)} finding(s)")
    return EXIT_USAGE if findings else EXIT_PASS


def checks(
    bench: Annotated[Path | None, typer.Option(help="Bench file; without it all parties are simulated.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """List checks."""
    from ppmid_bench.adapters import require_adapters
    from ppmid_bench.bench_file import read_bench
    from ppmid_bench.checks import CHECKS

    file = read_bench(bench)
    require_adapters(file, files=False)
    points = file.points
    listed: list[dict[str, Any]] = [
        {
            "id": check.id,
            "version": check.version,
            "says": check.says,
            "judges": check.judges,
            "needs": list(check.needs),
            "missing": [point for point in check.needs if point not in points],
            "judgeable": points.issuperset(check.needs),
            "reasons": list(check.reasons),
            "requirements": list(check.requirements),
            "threats": list(check.threats),
            "purposes": list(check.purposes),
            "limits": list(check.limits),
            "assumed": list(check.assumed),
        }
        for _, check in sorted(CHECKS.items())
    ]
    if json:
        emit_json({"points": sorted(points), "passed_over": list(file.keys.passed_over), "checks": listed})
        return 0
    for name in file.keys.passed_over:
        emit(f"passed over among the keys: {name}")
    for one in listed:
        able = "" if one["judgeable"] else f"; not observable on this bench: {', '.join(one['missing'])}"
        emit(f"{one['id']}: {one['says']}")
        emit(f"    judges the {one['judges']} from {', '.join(one['needs'])}{able}")
    emit(f"{sum(one['judgeable'] for one in listed)} of {len(listed)} checks can be judged on this bench")
    return 0
