"""seccomp: from now on, the kernel answers some calls of this process with "not permitted".

What Landlock leaves open: sockets of every kind, other processes, new processes, new rights.

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import os
import platform
import struct

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_CLONE_THREAD = 0x00010000

# name: (number on x86-64, number on arm64); None where the call does not exist
_NUMBERS = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "accept": (43, 202),
    "accept4": (288, 242), "listen": (50, 201), "sendto": (44, 206), "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "move_mount": (429, 429),
    "open_tree": (428, 428), "fsopen": (430, 430), "mount_setattr": (442, 442),
    "setrlimit": (160, 164), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "sched_setscheduler": (144, 119), "sched_setattr": (314, 274), "sched_setparam": (142, 118),
    "sched_setaffinity": (203, 122), "migrate_pages": (256, 238), "move_pages": (279, 239),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),  # memory that counts to no process
    "mknod": (133, None), "mknodat": (259, 33), "iopl": (172, None), "ioperm": (173, None),
    "truncate": (76, 45),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "setxattrat": (463, 463),
    "removexattrat": (466, 466), "file_setattr": (469, 469),
    "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143),
    "setresuid": (117, 147), "setresgid": (119, 149), "setgroups": (116, 159),
    "setfsuid": (122, 151), "setfsgid": (123, 152), "capset": (126, 91),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "sethostname": (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "shmget": (29, 194), "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180), "fanotify_init": (300, 262), "inotify_init": (253, None),
    "inotify_init1": (294, 26), "personality": (135, 92), "setsid": (112, 157),
    "setpgid": (109, 154),
}  # fmt: skip
_SPECIAL = {  # allowed under conditions
    "clone": (56, 220), "clone3": (435, 435), "kill": (62, 129), "tgkill": (234, 131),
    "prlimit64": (302, 261), "prctl": (157, 167),
}  # fmt: skip
# second arguments that are refused: signals to the owner of a file, leases; marks on files
_REFUSED = {
    "fcntl": ((72, 25), [8, 10, 15, 1024]),  # F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE
    # FIOSETOWN, SIOCSPGRP, FS_IOC_SETFLAGS in both sizes, FS_IOC_FSSETXATTR
    "ioctl": ((16, 29), [0x8901, 0x8902, 0x40086602, 0x40046602, 0x401C5820]),
}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

# BPF: load a word, jump if equal or at least or if bits are set, and the result
_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # where they stand in the data of a call

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def known_machine():
    """Whether the numbers of this machine's calls stand in the table."""
    return platform.machine() in _MACHINES and platform.system() == "Linux"


def give_up_rights():
    """Gives up all that root may do beyond what an ordinary user may; nothing for others.

    Raises:
        OSError: the kernel refuses.
    """
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if _libc.capset(header, (ctypes.c_uint32 * 6)()):
        problem = ctypes.get_errno()
        raise OSError(problem, os.strerror(problem))


def deny():
    """Installs the filter for this process and all its threads to come.

    Raises:
        OSError: the kernel has no seccomp, or this machine's call numbers are not known.
    """
    if not known_machine():
        raise OSError(f"The call numbers of {platform.machine()} are not known.")
    code = b"".join(struct.pack("<HBBI", *step) for step in _filter(os.getpid()))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or _libc.prctl(
        _PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0
    ):
        problem = ctypes.get_errno()
        raise OSError(problem, os.strerror(problem))


def _filter(me):
    column, arch = _MACHINES[platform.machine()]
    number = {name: both[column] for name, both in {**_NUMBERS, **_SPECIAL}.items()}
    no, unknown = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    program = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if arch == _MACHINES["x86_64"][1]:  # the numbers of the x32 interface are refused as a whole
        program += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, no)]
    # glibc falls back to clone, whose flags a filter can see
    program += [(_EQUAL, 0, 1, number["clone3"]), (_RETURN, 0, 0, unknown)]
    program += [  # threads yes, processes no
        (_EQUAL, 0, 4, number["clone"]),
        (_LOAD, 0, 0, _ARGUMENTS),
        (_HAS_BITS, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, no),
    ]
    for name in ("kill", "tgkill"):  # signals to oneself only
        program += [
            (_EQUAL, 0, 4, number[name]),
            (_LOAD, 0, 0, _ARGUMENTS),
            (_EQUAL, 0, 1, me),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, no),
        ]
    program += [  # a room ends with its warden, and may not wish otherwise (PR_SET_PDEATHSIG)
        (_EQUAL, 0, 4, number["prctl"]),
        (_LOAD, 0, 0, _ARGUMENTS),
        (_EQUAL, 0, 1, 1),
        (_RETURN, 0, 0, no),
        (_RETURN, 0, 0, _ALLOW),
    ]
    program += [  # limits may be read, not set: no pointer to new ones
        (_EQUAL, 0, 6, number["prlimit64"]),
        (_LOAD, 0, 0, _ARGUMENTS + 16),
        (_EQUAL, 0, 3, 0),
        (_LOAD, 0, 0, _ARGUMENTS + 20),
        (_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, no),
    ]
    for both, refused in _REFUSED.values():
        program += [(_EQUAL, 0, 2 + 2 * len(refused), both[column]), (_LOAD, 0, 0, _ARGUMENTS + 8)]
        for each in refused:
            program += [(_EQUAL, 0, 1, each), (_RETURN, 0, 0, no)]
        program += [(_RETURN, 0, 0, _ALLOW)]
    for name in _NUMBERS:
        if number[name] is not None:
            program += [(_EQUAL, 0, 1, number[name]), (_RETURN, 0, 0, no)]
    return [*program, (_RETURN, 0, 0, _ALLOW)]
