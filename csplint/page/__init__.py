"""What a server answered, and what the page it answered with will ask for."""
