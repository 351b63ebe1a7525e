"""From Service Requests to GBCS Commands: which use case, and its payload, by tables.

``transform`` makes the Command or Pre-Command of a Request, without signature and MAC. ``rules`` says which use case a
Service Reference Variant leads to; ``payloads`` how each use case's payload is made of the fields of the Request.
"""

from ppmid_protocols.transforms.ask import Circumstances, HubBackUp, KnownDevice
from ppmid_protocols.transforms.rules import By, Rule, rules_for
from ppmid_protocols.transforms.transform import Kind, Transformed, transform

__all__ = ["By", "Circumstances", "HubBackUp", "Kind", "KnownDevice", "Rule", "Transformed", "rules_for", "transform"]
