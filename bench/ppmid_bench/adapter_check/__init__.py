"""The contract kit: exercises one adapter after the other against its contract, before any scenario is run with it."""
