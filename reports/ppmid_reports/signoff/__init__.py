"""The sign-off: what people decided of each requirement's answer, and the statement that is made of it.

``approvals`` keeps the decisions beside a bundle, ``statement`` holds them against the answers of one or more runs.
"""
