"""Proxies that spoil a real line; they know nothing of what is said on it, and need no privilege."""
