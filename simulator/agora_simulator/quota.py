"""The calls per second that may be made."""

from collections import defaultdict, deque

WINDOW_SECONDS = 1.0


class RateLimit:
    """Counts the admitted calls of the last second, of each caller by itself."""

    def __init__(self) -> None:
        self._admitted: defaultdict[str, deque[float]] = defaultdict(deque)

    def admits(self, caller: str, limit: int | None, now: float) -> bool:
        """Tell whether one more call is within the limit, and count it if so."""
        if limit is None:
            return True
        admitted = self._admitted[caller]
        while admitted and admitted[0] <= now - WINDOW_SECONDS:
            admitted.popleft()
        if len(admitted) >= limit:
            return False
        admitted.append(now)
        return True
