"""One module for each revision, named by it."""
