"""How the tables of the history came to be what they are, step by step; alembic runs them."""
