"""Release and grading of exercises: all that an instructor uses.

``source`` reads the text of an exercise, ``release`` makes the student notebooks, ``normalise`` turns a submission
into a notebook that is safe to run, ``sandbox`` and ``worker`` run it, ``grade`` keeps the gradebook, ``verdict`` is
what a student sees, ``sample`` writes a class to try all of it on.
"""
