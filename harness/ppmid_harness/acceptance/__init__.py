"""The sign-off as it is asked for: what is handed in, and Robot Framework's acceptance suite over it.

``suite`` writes the suite, ``keywords`` is its library, ``robot`` starts Robot in a process of its own: nothing but the
library imports Robot here, and nothing in that process needs scapy (their licences differ).
"""
