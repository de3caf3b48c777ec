"""Many violation reports together: what they ask for, and whether a policy is ready to be enforced."""
