"""A PPMID of somebody else's: written from the published page and public formats, with nothing of the harness."""
