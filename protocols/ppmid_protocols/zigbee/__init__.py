"""The HAN on the air: 802.15.4 frames, ZigBee NWK and APS with their security, ZCL and the Smart Energy clusters."""
