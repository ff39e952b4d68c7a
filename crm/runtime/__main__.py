"""`python -m crm.runtime COMMAND`: what the Makefile calls."""

import argparse
import os
import signal
import subprocess
import sys

from crm.runtime import browser, embedded, environment, frontend, run
from crm.runtime.places import ROOT
from crm.runtime.problems import Problem


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m crm.runtime", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything and keep it running")
    commands.add_parser("servers", help="embedded servers").add_argument("action", choices=["start", "stop", "status"])
    commands.add_parser("frontend", help="build the front end")
    for name, text in (("test", "run pytest"), ("npm", "run npm"), ("with-servers", "run a command")):
        commands.add_parser(name, help=text).add_argument("arguments", nargs=argparse.REMAINDER)
    told = parser.parse_args()
    # A dozen processes start from the same modules: those are compiled once, whatever the surroundings say.
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""
    arguments = [argument for argument in getattr(told, "arguments", []) if argument != "--"]
    try:
        return _obey(told.command, getattr(told, "action", ""), arguments)
    except Problem as problem:
        print(f"rapport: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        print(f"rapport: {error.filename or 'The system'}: {error.strerror}.", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130


def _obey(command: str, action: str, arguments: list[str]) -> int:
    if command == "run":
        run.run()
    elif command == "servers":
        return _servers(action)
    elif command == "frontend":
        frontend.build()
    elif command == "npm":
        return frontend.npm(arguments)
    elif command == "test":
        return _test(arguments)
    else:
        return _with_servers(arguments)
    return 0


def _servers(action: str) -> int:
    told = environment.load()
    if action == "start":
        environment.ensure_servers(told)
    elif action == "stop":
        embedded.stop_all_servers(told.data_dir)
    runs = environment.servers_run(told)
    print("The servers run." if runs else "The servers do not run.")  # noqa: T201
    return 0 if runs or action == "stop" else 1


def _test(arguments: list[str]) -> int:
    """pytest beside, not on, the data of `make run`: a cluster of its own that need not survive a power cut."""
    frontend.build()
    os.environ["CHROMIUM_PATH"] = browser.ensure()
    os.environ["DATA_DIR"] = os.environ.get("DATA_DIR") or str(environment.load().data_dir / "test")
    os.environ.setdefault("RAPPORT_DURABLE", "0")
    return _with_servers([sys.executable, "-m", "pytest", *arguments])


def _with_servers(command: list[str]) -> int:
    """Run a command; the embedded servers run meanwhile, and stop afterwards when they had to be started."""
    told = environment.load()
    ran_before = environment.servers_run(told)
    environment.ensure_servers(told)
    try:
        return _patiently(command)
    finally:
        if not ran_before:
            embedded.stop_all_servers(told.data_dir)


def _patiently(command: list[str]) -> int:
    """Run a command to its end. Ctrl-C reaches it as well: it says goodbye, we wait."""
    with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda got, frame: process.send_signal(got) if got == signal.SIGTERM else None)
        return process.wait()


if __name__ == "__main__":
    sys.exit(main())
