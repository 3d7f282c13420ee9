"""Running a plan on a robot so that nothing is lost: journal, ledger, runner, reckoning, continuation."""
