"""A person in the place of an adapter: does with a real device what a scenario asks for, and tells what it shows."""
