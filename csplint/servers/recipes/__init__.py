"""What to paste into a server, framework or site builder so that it sends a policy: `recipe`, and `guess` for which one."""
