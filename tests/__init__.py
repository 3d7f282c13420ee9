"""The tests of filmlab: unit, integration and end_to_end, each mirroring the packages."""
