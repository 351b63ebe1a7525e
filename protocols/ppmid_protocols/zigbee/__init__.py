"""The HAN on the air: 802.15.4 frames, ZigBee NWK and APS with their security, ZCL and the Smart Energy clusters.

- a frame: ``octets`` (the cursor), ``frames`` (headers), ``security`` and ``mmo`` (sealing and derived keys),
  ``fragments``; ``han`` puts a message into frames and takes it out, ``sniffer`` opens them with whichever keys it has
- a message: ``zcl`` and ``values`` (general commands), ``commands`` (a cluster's own)
- the clusters: ``tunneling`` with ``gb_hrgp``, ``prepayment``, ``metering``, ``keep_alive``, ``key_establishment``,
  ``sub_ghz``
- coming in: ``joining`` (install codes, the life of a link key), ``aps_commands`` (keys handed out), ``outside`` (what
  is said before: inter-PAN frames, association), ``hand_held`` (what a Hand-Held Terminal says there)
"""
