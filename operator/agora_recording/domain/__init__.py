"""What happens next, and how it stands: pure functions over one frozen look at the world.

``observation`` is the look, ``action`` what can be done, ``decision`` the choice, ``pace`` how
long to wait, ``condition`` and ``summary`` what the status then says, ``reason`` the words for it.
"""
