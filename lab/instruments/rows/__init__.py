"""Instruments that write one row a reading: thickness gauges and balances."""
