"""The Communications Hub: between the SM WAN and the HAN (CHF), with the gas mirror (GPF)."""
