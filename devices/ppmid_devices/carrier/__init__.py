"""The carrier: the stick, phone or engineer that takes sealed messages to the PPMID and brings answers back."""
