"""Entra ID, or any OpenID Connect provider of its shape."""
