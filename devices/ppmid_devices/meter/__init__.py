"""The meters: ESME (electricity, always awake) and GSME (gas, asleep between its wakes)."""
