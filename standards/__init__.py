"""The service standards, the judge, and the times it judges by: pure values and rules, standard library only."""
