"""One screen a file: filters, question, empty case, drawing."""
