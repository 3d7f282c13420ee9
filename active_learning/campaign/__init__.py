"""The campaign: what to do next as a function of the records, and the one doer of what a computer can do."""
