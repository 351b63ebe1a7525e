"""GBCS messages: layout, cryptography, payloads, use cases, counters and their verification (GBCS; RTDS 4.5.0).

- the message: ``message``, ``ber`` (its lengths), ``crypto`` (signatures, MACs, sealing), ``gbt`` (in blocks)
- its payload: ``dlms`` and ``axdr``, ``gbz``, ``asn1`` and ``asn1_notation``; ``payload`` reads it by its use case, and
  ``skim`` says quickly that it would be read
- what it is for: ``use_cases``, ``prepayment`` (its contents, both ways), ``responses`` (done or refused), ``counters``
- whether it holds: ``keyring``, ``verify``, ``top_up_check``
- for people: ``names`` and ``tree`` (each octet by its name), ``explain``; ``listing`` (files of messages)
"""
