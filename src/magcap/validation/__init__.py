"""`magcap validate`: closed-form and published cases through the code that users run.

Each function of `field`, `flow` and `capture` builds cases as a user would, runs the stages and
compares with a reference; nothing here knows how a solver works inside.
"""
