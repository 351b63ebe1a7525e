"""Risk as a difference: attack trials on the simulated bench, and what they come to by configuration.

``plan`` makes the trials of ``data/risk_trials.toml``, ``trial`` runs one, ``pool`` runs all of them, ``service``
measures what a flood leaves of the service, and ``report`` makes one document of it.
"""
