"""The DCC: turns Service Requests into GBCS Commands, applies the ACB's MAC, sends over the SM WAN, takes answers back."""
