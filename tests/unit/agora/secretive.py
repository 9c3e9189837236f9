"""Requests full of secrets, and whether a text betrays one of them."""

from typing import Final

from agora_recording.agora.protocol import Access, Operation, Request

ACCESS: Final = Access("https://agora.test", "the-customer", "the-customer-secret")
SECRETS: Final = (
    "the-customer-secret",
    "dGhlLWN1c3RvbWVyOnRoZS1jdXN0b21lci1zZWNyZXQ=",
    "the-access-key-of-this-bucket",
    "the-storage-key-of-this-bucket",
    "the-token-of-this-channel",
    "the-key-of-this-stream",
)
TELLING: Final = 12
"""So many characters of a secret in a row betray it."""
STORAGE: Final = {
    "vendor": 1,
    "accessKey": "the-access-key-of-this-bucket",
    "secretKey": "the-storage-key-of-this-bucket",
}
BODY: Final = {
    "cname": "standup",
    "uid": "7",
    "clientRequest": {"token": "the-token-of-this-channel", "storageConfig": STORAGE},
}


def request_of(operation: Operation) -> Request:
    """Return a request that holds all secrets that a request can hold."""
    return Request(operation, "POST", "/", BODY)


def betrayed(text: str) -> list[str]:
    """Return the secrets of which a text shows a telling part."""
    return [
        secret
        for secret in SECRETS
        if any(secret[i : i + TELLING] in text for i in range(len(secret) - TELLING + 1))
    ]
