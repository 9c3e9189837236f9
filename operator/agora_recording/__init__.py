"""The CloudRecording operator, read from the middle outwards.

* ``domain`` decides what happens next (``decision``) and says how it stands (``condition``); pure.
* ``agora`` speaks Agora's REST API (``protocol``, ``wire``) and sorts its errors (``errors``).
* ``translate`` maps between our words and Agora's; ``crd`` holds the API types.
* ``reconcile`` runs one cycle: look, decide, act, remember, summarise.
* ``kube`` watches, queues and writes; ``app`` wires everything together.

CONTRIBUTING.md has the map of the whole tree and the rules for imports.
"""
