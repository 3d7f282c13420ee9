"""One acquisition rule a file, each citing its source and naming its rule `RULE`."""
