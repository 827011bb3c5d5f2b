"""The clients: web (TypeScript) and headless (Python)."""
