"""Confines itself, then becomes another program: `python -m tasks_app.sandbox ALLOWANCE PARENT PROGRAM ARGUMENT …`."""

import json
import os
import sys

from tasks_app.sandbox.resource_limits import ResourceLimits, confine, leave_network

if __name__ == "__main__":
    _module, allowance, parent, *command = sys.argv
    confine(ResourceLimits(**json.loads(allowance)), int(parent))
    leave_network()
    os.execvp(command[0], command)  # noqa: S606 - its arguments are ours, and no shell reads them
