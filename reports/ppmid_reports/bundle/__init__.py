"""The evidence bundle: one zip that a vendor submits and an auditor checks again without us.

``manifest`` says what is in one and who signed it, ``writing`` makes one of a run folder, ``verifying`` finds whatever
was done to it since, and ``opening`` lays it out again for whoever reads run folders.
"""
