"""The container image: what is left out of it, how it is built, and how tests run it."""
