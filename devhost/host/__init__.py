"""The development host: the function index of `function_app.py` on loopback, without cloud and without Core Tools."""
