"""What the screens show, as values and tables: pure functions of definition and records."""
