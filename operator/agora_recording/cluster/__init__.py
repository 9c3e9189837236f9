"""Commands that run in a cluster beside the operator: before it goes, and to see if it can work.

They talk to the API server as the operator does, and to Agora only to see whether it answers.
"""
