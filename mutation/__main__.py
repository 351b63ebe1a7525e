"""Mutate the modules of modules.toml; print a line for each, and one for each survivor. 1 when too many survive."""

import argparse
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from mutation import trial
from mutation.mutants import mutant, mutations, sample


def main() -> int:
    """Try the modules one by one."""
    settings = tomllib.loads(Path(__file__).with_name("modules.toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("part", nargs="*", help="of the paths of the modules to try (default: all)")
    parser.add_argument("--sample", type=int, default=settings["sample"], help="mutants of one module (%(default)s)")
    parser.add_argument("--seed", type=int, default=settings["seed"], help="of the sample (%(default)s)")
    chosen = parser.parse_args()
    wanted = [one for one in settings["module"] if not chosen.part or any(part in one["path"] for part in chosen.part)]
    print(f"{'module':46} {'mutants':>8} {'tried':>6} {'killed':>7} {'score':>7}")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        trial.prepare(folder)
        scores = [_score(module, folder, chosen, settings["timeout"]) for module in wanted]
    return 1 if any(score < settings["least"] for score in scores) else 0


def _score(module: dict[str, Any], folder: Path, chosen: argparse.Namespace, timeout: int) -> float:
    """The percentage of mutants that the module's tests notice; a mutant that changes nothing counts against them."""
    source = folder / module["path"]
    code = source.read_text(encoding="utf-8")
    if not trial.passes(module["tests"], timeout, mutated=False):
        raise SystemExit(f"{module['path']}: its tests do not pass as it is")
    found = mutations(source, folder)
    tried = sample(found, chosen.sample, chosen.seed)
    survivors = []
    for one in (mutant(code, mutation) for mutation in tried):
        source.write_text(one.code, encoding="utf-8")
        if trial.passes(module["tests"], timeout, mutated=True):
            survivors.append(one.change)
    source.write_text(code, encoding="utf-8")
    killed = len(tried) - len(survivors)
    score = 100 * killed / len(tried)
    print(f"{module['path']:46} {len(found):8} {len(tried):6} {killed:7} {score:6.1f}%", flush=True)
    for change in sorted(survivors):
        print(f"  {change}", flush=True)
    return score


if __name__ == "__main__":
    sys.exit(main())
