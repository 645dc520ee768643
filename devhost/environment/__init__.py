"""What the product stands on at home: a private PostgreSQL, a private Redis, and the processes around them."""
