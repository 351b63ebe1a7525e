"""Bad input for every decoder, without end: ``python -m fuzz --seconds 10 [--target NAME]``.

A decoder may refuse octets with a ``ProtocolError`` and in no other way, and what it reads it must write back the same.
Anything else is a finding; its input goes into ``fuzz/corpus/<target>/``, which the tests replay for ever.
"""
