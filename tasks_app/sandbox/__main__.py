"""Confines itself, then becomes another program: `python -m tasks_app.sandbox REQUEST PROGRAM ARGUMENT …`.

REQUEST is JSON: allowed (ResourceLimits), parent, and the files that are readable and writable.
"""

import json
import os
import sys

from tasks_app.sandbox.file_access import leave_files
from tasks_app.sandbox.resource_limits import ResourceLimits, confine, leave_network

if __name__ == "__main__":
    _module, argument, *command = sys.argv
    request = json.loads(argument)
    confine(ResourceLimits(**request["allowed"]), request["parent"])
    leave_network()
    leave_files(readable=request["readable"], writable=request["writable"])
    os.execvp(command[0], command)  # noqa: S606 - its arguments are ours, and no shell reads them
