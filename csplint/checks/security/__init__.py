"""What a policy fails to protect against, judged by what is in force."""
