"""Starts a throwaway server anew in its place, as RESTART does where something watches over the server."""
import os
import signal
import subprocess
import threading
import time


def start(server):
    """Stops it and starts it as it was, with what is persisted."""
    pid = int(server.netns.split("/")[2])
    root = os.readlink("/proc/%d/root" % pid)
    program, *args = [os.fsdecode(arg) for arg in open("/proc/%d/cmdline" % pid, "rb").read().split(b"\0")[:-1]]
    # Without an option file nothing persisted is read.
    open(os.path.join(root, "tmp", "empty.cnf"), "w").close()
    args = ["--defaults-file=/tmp/empty.cnf"] + [arg for arg in args if "defaults" not in arg]
    with open(server.netns) as net:
        os.kill(pid, signal.SIGTERM)
        while running(pid):
            time.sleep(0.02)
        enter = ["nsenter", "--net=/proc/self/fd/%d" % net.fileno(), "chroot", root, program]
        started = subprocess.Popen(enter + args, pass_fds=[net.fileno()], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    server.netns, server._root, server._thread = "/proc/%d/ns/net" % started.pid, None, threading.local()
    for _ in range(1200):
        try:
            return server.root().query("SELECT 1")
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start anew")


def running(pid):
    """The process is there, and not only its end that nobody asked for."""
    try:
        return open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
