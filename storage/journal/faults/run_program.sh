#!/bin/sh
# Runs the program that its arguments are, as a test.
exec "$@"
