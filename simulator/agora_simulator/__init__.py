"""A simulator of Agora's Cloud Recording REST API, with an admin port to break it on purpose."""
