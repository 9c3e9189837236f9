"""The API types: pydantic models from which the CRDs, the chart and the reference are made.

``recording``, ``project`` and ``clusterproject`` are what users write, ``status`` is what the
operator answers; ``schema`` and ``manifest`` turn them into CustomResourceDefinitions.
"""
