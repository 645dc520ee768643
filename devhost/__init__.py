"""The house at home: development host, broker, identity provider and their environment. Never shipped."""
