"""Tables, engine, sessions, migrations, and who may touch what: the same models on every store."""
