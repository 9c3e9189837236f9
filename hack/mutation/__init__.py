"""Mutation testing of what decides: each small change of the code must make a test fail.

``operators`` makes the changes, ``mutants`` finds where they can be made, ``baseline`` runs the
tests of the code as it is and ``suite`` against each mutant, ``children`` in processes of their
own, ``reasons`` knows which may survive, and why. ``rules`` breaks the recording protocol, rule by
rule, and lets the books of the simulated Agora judge. Nothing in the working tree is changed.

Existing tools leave out what decides most here: properties, class bodies and module-level tables
such as the order of the rules.
"""
