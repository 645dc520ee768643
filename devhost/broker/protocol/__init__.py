"""The AMQP protocol: the only package that touches python-qpid-proton; what leaves it has a type."""
