"""The tests: their names are sentences, their databases real."""
