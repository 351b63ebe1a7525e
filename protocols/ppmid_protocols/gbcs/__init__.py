"""GBCS messages: layout, cryptography, payloads, use cases, counters and their verification (GBCS; RTDS 4.5.0)."""
