"""``python -m agora_recording``: run the operator."""

from __future__ import annotations

import asyncio
import sys

from pydantic import ValidationError

from agora_recording.app import main
from agora_recording.settings import PREFIX, Settings


def run() -> int:
    """Read the settings and run until told to stop."""
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = PREFIX + str(fault["loc"][0]).upper()
            sys.stderr.write(f"{name}: {fault['msg']}\n")
        return 2
    return asyncio.run(main(settings))


if __name__ == "__main__":
    sys.exit(run())
