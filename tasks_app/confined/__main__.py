"""Confines itself, then becomes another program: `python -m tasks_app.confined ALLOWANCE PARENT PROGRAM ARGUMENT …`."""

import json
import os
import sys

from tasks_app.confined.limits import Allowance, confine

if __name__ == "__main__":
    _module, allowance, parent, *command = sys.argv
    confine(Allowance(**json.loads(allowance)), int(parent))
    os.execvp(command[0], command)  # noqa: S606 - its arguments are ours, and no shell reads them
