"""Agora's Cloud Recording REST API.

``wire`` is its JSON, field for field; ``protocol`` builds requests and reads replies, without
I/O; ``client`` sends them; ``errors`` says what can go wrong, by what to do next.
Reference: https://docs.agora.io/en/cloud-recording/reference/restful-api
"""
