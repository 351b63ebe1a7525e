"""The line between the delivery service and whoever carries its messages by hand."""

from ppmid_devices import roles
from ppmid_devices.links.link import Link


class Handover(Link):
    """It is up while the carrier is at the Supplier's. What is for the home goes to the carrier."""

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """Put ``frame`` on the line."""
        super().send(sender, receiver if receiver == roles.DELIVERY_SERVICE else roles.CARRIER, frame)
