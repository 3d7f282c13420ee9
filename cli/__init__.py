"""The command-line face: the ``filmlab`` command, one file a noun."""
