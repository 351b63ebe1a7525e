"""The DCC User: the Supplier's systems that ask, sign, vend and keep the outcome of every request."""
