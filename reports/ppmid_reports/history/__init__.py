"""The history: runs in a database, and what they say together that none says alone.

Nothing is imported here: the database libraries take longer to load than most commands to run.
"""
