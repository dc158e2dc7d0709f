"""Only the servers, for a shell of one's own."""

import shlex
import signal
from collections.abc import Mapping

from launcher.checkout.home import Home
from launcher.servers import servers


def run(home: Home, environ: Mapping[str, str]) -> int:
    """Print the environment as shell exports, then keep the servers running until interrupted."""
    with servers.running(home, environ) as complete:
        for name in sorted(set(complete) - set(environ) | {"NOTEBOOKOPS_HOME"}):
            print(f"export {name}={shlex.quote(complete[name])}", flush=True)
        signal.pause()
    return 0
