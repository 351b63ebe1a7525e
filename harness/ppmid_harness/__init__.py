"""From a user's wish to a run: the command line, the plan, the session, and the three runners that it is given to."""
