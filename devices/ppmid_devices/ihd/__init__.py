"""The In-Home Display: it shows the figures of the home's meters, and does nothing else. A PPMID is one too."""
