"""The application's own HTTP routes, its middleware, and what runs from its start to its end."""
