"""Between our words and Agora's, in both directions. Pure."""
