"""Reports for CI services: GitHub Actions, GitLab and everything that reads JUnit XML."""
