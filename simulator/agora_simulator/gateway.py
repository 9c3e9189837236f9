"""What stands before the recording service: credentials, App IDs and the rate limit."""

import base64
import binascii
import hmac

from agora_simulator import replies
from agora_simulator.calls import Call, Operation
from agora_simulator.quota import RateLimit
from agora_simulator.replies import Reply
from agora_simulator.settings import Account, App, AppState, Settings


class Gateway:
    """Decides which calls reach the service at all."""

    def __init__(self) -> None:
        self._rate = RateLimit()

    def refusal(
        self, call: Call, authorization: str | None, settings: Settings, now: float
    ) -> Reply | None:
        """Return why the call is turned away, or None if it is let through."""
        if not authorization:
            return replies.UNAUTHORIZED
        app = settings.apps.get(call.app_id, App())
        if settings.apps and call.app_id not in settings.apps:
            return replies.UNKNOWN_APP
        if not _known(authorization, app.accounts):
            return replies.WRONG_CREDENTIALS
        if app.state is not AppState.ENABLED:
            return _closed(app.state, call.operation)
        counted = call.app_id
        if settings.rate_scope == "account":
            counted = f"{call.operation} {authorization}"
        if not self._rate.admits(counted, settings.requests_per_second, now):
            return replies.rate_limited()
        return None


def _closed(state: AppState, operation: Operation) -> Reply:
    # Only acquire has codes of its own for this in Agora's table.
    if operation is not Operation.ACQUIRE:
        return replies.UNKNOWN_APP
    if state is AppState.DISABLED:
        return replies.APP_DISABLED
    return replies.SERVICE_NOT_ENABLED


def _known(authorization: str, accounts: tuple[Account, ...]) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        pair = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return False
    if not accounts:
        return b":" in pair
    return any(hmac.compare_digest(pair, _pair(account)) for account in accounts)


def _pair(account: Account) -> bytes:
    return f"{account.customer_id}:{account.secret.get_secret_value()}".encode()
