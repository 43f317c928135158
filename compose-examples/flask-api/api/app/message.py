MESSAGE = "Hello from flask-api"
