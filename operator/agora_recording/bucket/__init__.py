"""Finding the sids of recordings in the bucket that they are uploaded to.

Agora names an index file after the sid and the channel, and uploads it with the first slice. A sid
found so is a candidate, never a fact: whoever wants it must ask Agora. It is only listed; no file
is read or written.

``place`` is what to search, ``search`` what names tell (pure), ``storage`` knows the vendors and
the library's errors, ``listing`` puts them together. obstore speaks to the storage, and nothing
else does. It is loaded at the first listing, so that an operator that never needs it does without
its memory.
"""

from agora_recording.bucket.listing import Bucket
from agora_recording.bucket.place import BucketError, Place

__all__ = ["Bucket", "BucketError", "Place"]
