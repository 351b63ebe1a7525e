"""The test bed: which parties are wired how, the clock, the evidence, and the judgement of it.

A scenario drives the parties, the test bed writes down what can be observed, and checks judge the written evidence
alone: so a verdict can be computed again, by anybody, from the evidence file.
"""
