"""The delivery service: the Supplier's online end of the avenue to the PPMID."""
