"""The local OpenID Connect provider: it signs tokens shaped like those of Microsoft Entra ID, for this machine only."""
