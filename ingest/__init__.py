"""Files in: read as their mapping says, checked line by line, written through actions; nothing is lost on the way."""
