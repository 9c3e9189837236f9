"""The Kubernetes side: ``watch`` brings objects in through kopf, the others write and read.

``api`` sends requests through kubernetes.aio, ``recordings``, ``secrets``, ``events`` and
``projects`` keep the contracts of ``reconcile.ports``, ``permissions`` says what is needed.
Nothing here decides anything.
"""
