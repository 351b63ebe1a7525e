"""The phrases of the features: Givens shape a home, Whens drive its parties, Thens observe and name a check.

A step knows the parties by their contracts only, and judges nothing itself.
"""
