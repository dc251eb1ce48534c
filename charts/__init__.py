"""Pictures: values and words already translated go in, a figure comes out."""
