"""A neighbour's Communications Hub, which may lend its way to the SM WAN to a hub next door."""
