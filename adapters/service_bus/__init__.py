"""Service Bus: what is under way."""
