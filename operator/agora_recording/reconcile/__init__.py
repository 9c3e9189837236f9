"""One cycle of a recording: look, decide, act, remember, summarise.

``cycle`` is the loop, ``effects`` carries out one action, ``memory`` is what this process knows,
``means`` finds project and credentials, ``budget`` and ``queue`` say whose turn it is, ``ports``
are the doors to the API server.
"""
