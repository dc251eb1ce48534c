"""A look at whom the application's process calls: `sitecustomize` here is read by it at its start."""
