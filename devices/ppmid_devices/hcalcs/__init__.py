"""A HAN Connected Auxiliary Load Control Switch (HCALCS): a switch of the home's heating, commanded as a device."""
