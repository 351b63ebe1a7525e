"""What a pass is worth: every faulty party is caught for its fault, and no conformant one is blamed.

``faults`` has the table of faulty parties, ``solo`` runs one scenario without a runner, ``trials`` runs a scenario with
a faulty party or a conformant home once more, and ``tally`` says what all of that proves.
"""
