"""The DCC: makes Commands of Service Requests, applies the ACB's MAC, sends over the SM WAN, brings answers back."""
