"""Mutation testing of the modules that a verdict rests on: docs/mutation.md tells how, and what came of it."""
