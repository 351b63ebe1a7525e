"""Import every step module of this package, so that the registry is full."""

import importlib
import pkgutil

import ppmid_steps
from ppmid_steps.registry import REGISTRY, Registry


def all_steps() -> Registry:
    """The registry with all steps of this package. Raises StepDefinitionError."""
    for module in pkgutil.walk_packages(ppmid_steps.__path__, f"{ppmid_steps.__name__}."):
        importlib.import_module(module.name)
    return REGISTRY
