"""``python -m cli``: the same as the `filmlab` command."""

from cli.main import main

main()
