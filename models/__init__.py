"""What is learned from films: quality classifier, property committee, calibration, explanations."""
