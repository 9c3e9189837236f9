"""What people ask of manifests without a cluster: ``validate`` and ``plan``.

``reading`` makes documents of files, ``kinds`` judges one as the API server would (``metadata``,
``shape``, ``strays`` and ``rules`` are parts of that judgement, ``cause`` its words, ``defaults``
comes before it), ``references`` looks at what the documents say of each other, ``plan`` makes the
requests that the operator would send, ``words`` tells them to a person, and ``commands`` is the
command line. Nothing here calls anything, or needs kopf or a Kubernetes client.
"""
