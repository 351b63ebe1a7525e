"""Who brings homes without SM WAN their coverage: DCC and Communications Service Provider, with the Supplier."""
