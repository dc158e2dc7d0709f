"""Measurements that anybody can repeat: `bin/manage bench NAME`."""
