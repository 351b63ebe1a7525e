"""The COSEM objects of a device, and what the accesses of an Access-Request do to them (IEC 62056-6-2; GBCS 18)."""
