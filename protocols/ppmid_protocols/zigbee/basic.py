"""Basic cluster 0x0000: what a device says of itself (ZCL 3.2)."""

CLUSTER = 0x0000
APPLICATION_VERSION = 0x0001
"""Attribute, UINT8: the number of the device's firmware (its use for that is assumed)."""
