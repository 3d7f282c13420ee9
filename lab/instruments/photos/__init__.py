"""Photos: what is left of a film after the flame, and hints for whoever grades films. A person accepts or refuses."""
