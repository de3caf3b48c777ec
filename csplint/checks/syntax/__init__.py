"""What a policy's text gets wrong: directives and sources that browsers drop, or read otherwise than meant."""
