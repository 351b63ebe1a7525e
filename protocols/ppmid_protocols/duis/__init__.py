"""DUIS: how a DCC User and the DCC speak (Requests, Responses, Command Variants, XML signatures).

Source of names and versions: DUIS XML schema 5.4 (November 2025). Where no public text gives a rule, it says "assumed".
"""
