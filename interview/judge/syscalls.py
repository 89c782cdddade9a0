"""Which system calls a program may not make, as a filter that bubblewrap loads.

A list of what is forbidden, not of what is allowed: five languages and their run-time systems need
some three hundred calls between them. Forbidden is what reaches past the program's own process:
other processes' memory, namespaces and mounts, keys, the kernel itself, and its least tried parts.
"""

from __future__ import annotations

import errno
import os
import tempfile
from functools import lru_cache

from talentloop.errors import JudgeError

#: Calls that fail with EPERM, whatever their arguments.
FORBIDDEN = (
    # other processes
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    # namespaces and mounts
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree",
    "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "open_by_handle_at",
    "name_to_handle_at", "quotactl", "quotactl_fd", "swapon", "swapoff", "fanotify_init",
    # the kernel
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "init_module", "finit_module", "delete_module", "kexec_load",
    "kexec_file_load", "reboot", "syslog", "acct", "iopl", "ioperm", "modify_ldt", "lookup_dcookie",
    "vhangup", "personality",
    # keys, clocks, names
    "keyctl", "add_key", "request_key", "settimeofday", "clock_settime", "clock_adjtime",
    "adjtimex", "sethostname", "setdomainname",
)  # fmt: skip

#: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
_CLONE_NEW = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10
_LOW = 0xFFFFFFFF


@lru_cache(maxsize=1)
def syscall_filter() -> bytes:
    """The filter as a BPF program of this machine's architecture.

    Other architectures' calls (32-bit, x32) kill the program: their numbers mean other calls.

    Raises:
        JudgeError: libseccomp is not installed.
    """
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError, OSError) as error:
        raise JudgeError(
            f"System calls cannot be filtered: {error}",
            where="libseccomp",
            remedy="Install the system package libseccomp2.",
        ) from None
    made = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    refuse = seccomp.ERRNO(errno.EPERM)
    for name in FORBIDDEN:
        if _known(seccomp, name):
            made.add_rule(refuse, name)
    # The flags of clone3 lie in memory, where no filter sees them; without it libc takes clone.
    made.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    for flag in _CLONE_NEW:
        made.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    # The kernel reads 32 bits of these arguments; a filter that compares 64 is passed by setting others.
    for command in (_TIOCSTI, _TIOCLINUX):
        made.add_rule(refuse, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, _LOW, command))
    for family in range(_AF_INET6):
        if family not in (_AF_UNIX, _AF_INET):
            made.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.EQ, family))
    made.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.GT, _AF_INET6))
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        file.flush()
        return os.pread(file.fileno(), 1 << 20, 0)


def _known(seccomp: object, name: str) -> bool:
    """Whether libseccomp knows a call; what it does not know, no filter can name."""
    try:
        number: int = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)  # type: ignore[attr-defined]
    except (OSError, ValueError):
        return False
    return number != -1
