"""From a composition to a robot run: deck, planner, preflight, protocol files, runner."""
