"""The ZigBee clusters of a device, and what the components of a GBZ payload do to them (ZCL; ZSE; GBCS 18)."""
