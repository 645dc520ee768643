"""The Service Bus stand-in: a loopback AMQP 1.0 broker with SQLite beneath, for development and tests only."""
