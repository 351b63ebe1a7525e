"""The PPMID: the customer's device that tops up, and that may carry Commands into the home."""
