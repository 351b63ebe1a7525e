"""The names of the parties, as bench files, evidence and reports write them."""

DCC_USER = "dcc-user"
DCC = "dcc"
DELIVERY_SERVICE = "delivery-service"
PPMID = "ppmid"
HUB = "hub"
ESME = "esme"
GSME = "gsme"
NEIGHBOUR_HUB = "neighbour-hub"

PARTIES = (DCC_USER, DCC, DELIVERY_SERVICE, PPMID, HUB, ESME, GSME)
METERS = (ESME, GSME)
