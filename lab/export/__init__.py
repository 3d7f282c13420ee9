"""What leaves the house: tidy tables for other programs, one report file for people."""
