"""The Hand-Held Terminal: an engineer in the home delivers Commands with it, and takes their Responses away."""
