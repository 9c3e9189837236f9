"""The API types: pydantic models from which the CRDs, the chart and the reference are made.

``recording`` and ``project`` are what users write, ``status`` is what the operator answers;
``schema`` and ``manifest`` turn them into CustomResourceDefinitions.
"""
